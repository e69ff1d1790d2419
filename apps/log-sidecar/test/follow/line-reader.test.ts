import { closeSync, openSync, truncateSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { LineReader } from '../../src/follow/line-reader.ts';
import { LogDirectory } from '../support/log-directory.ts';

interface Read {
  readonly text: string;
  readonly offset: number;
  readonly nextOffset: number;
  readonly cutFrom: number;
}

function* take(reader: LineReader): Generator<Read> {
  while (reader.next()) {
    const { bytes, start, end, offset, nextOffset, cutFrom } = reader;
    yield { text: bytes.toString('utf8', start, end), offset, nextOffset, cutFrom };
  }
}

describe('the line reader', () => {
  let log: LogDirectory;
  beforeEach(() => {
    log = new LogDirectory();
  });
  afterEach(() => log.remove());

  test('cuts lines wherever reads end, with few bytes of memory', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replace(/[\n\0]/g, '_'));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.integer({ min: 1, max: 50 })), (lines, pieces) => {
        log.write('');
        truncateSync(log.path);
        const content = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const fd = openSync(log.path, 'r');
        const reader = new LineReader(16, 1024);
        const read: Read[] = [];
        // What the app writes arrives in pieces that end anywhere.
        for (let at = 0, index = 0; at < content.length; index++) {
          const end = at + (pieces[index] ?? 7);
          log.write(content.subarray(at, end));
          at = end;
          while (reader.fill(fd) > 0) read.push(...take(reader));
        }
        closeSync(fd);
        expect(read.map(({ text }) => text)).toEqual(lines);
        let offset = 0;
        for (const { text, offset: found, nextOffset } of read) {
          expect(found).toBe(offset);
          offset += Buffer.byteLength(text) + 1;
          expect(nextOffset).toBe(offset);
        }
        expect([reader.lineOffset, reader.readOffset]).toEqual([content.length, content.length]);
      }),
    );
  });

  test.each([63, 64, 65, 127, 128, 129, 1000])(
    'cuts a line of %i bytes after 64, and goes on after it',
    (length) => {
      log.write(`${'x'.repeat(length)}\nnext\n${'y'.repeat(length)}`);
      const fd = openSync(log.path, 'r');
      const reader = new LineReader(32, 64);
      const read: Read[] = [];
      while (reader.fill(fd) > 0) {
        read.push(...take(reader));
        expect(reader.bytes.length).toBeLessThanOrEqual(64 + 1 + 32);
      }
      closeSync(fd);
      const cutFrom = length > 64 ? length : 0;
      expect(read).toEqual([
        { text: 'x'.repeat(Math.min(64, length)), offset: 0, nextOffset: length + 1, cutFrom },
        { text: 'next', offset: length + 1, nextOffset: length + 6, cutFrom: 0 },
      ]);
      expect(reader.last()).toBe(true);
      expect([reader.nextOffset, reader.cutFrom, reader.last()]).toEqual([2 * length + 6, cutFrom, false]);
    },
  );

  test('does not cut a character in two', () => {
    log.write(`${'é'.repeat(50)}\n`);
    const fd = openSync(log.path, 'r');
    const reader = new LineReader(32, 33);
    const read: Read[] = [];
    while (reader.fill(fd) > 0) read.push(...take(reader));
    closeSync(fd);
    expect(read).toEqual([{ text: 'é'.repeat(16), offset: 0, nextOffset: 101, cutFrom: 100 }]);
  });
});
