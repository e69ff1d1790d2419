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

  /** Reads all of what is written, in chunks of so many bytes. */
  function readAll(content: Uint8Array, chunkBytes: number, maxLineBytes: number): Read[] {
    log.write('');
    truncateSync(log.path);
    log.write(content);
    const fd = openSync(log.path, 'r');
    const reader = new LineReader(chunkBytes, maxLineBytes);
    const read: Read[] = [];
    while (reader.fill(fd) > 0) {
      read.push(...take(reader));
      expect(reader.bytes.length).toBeLessThanOrEqual(maxLineBytes + 1 + chunkBytes);
    }
    closeSync(fd);
    expect(reader.readOffset).toBe(content.length);
    if (!reader.last()) return read;
    const { bytes, start, end, offset, nextOffset, cutFrom } = reader;
    return [...read, { text: bytes.toString('utf8', start, end), offset, nextOffset, cutFrom }];
  }

  test('L3: lines are the same with holes of any length between them, wherever reads end', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((text) => text.replace(/[\n\0\ufeff]/g, '_'));
    const hole = fc.oneof(fc.integer({ min: 64, max: 200 }), fc.constantFrom(64, 65, 127, 128, 5000));
    const piece = fc.record({ line, hole, ended: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1 }),
        fc.constantFrom(16, 31, 64, 100, 4096),
        fc.nat(200),
        (pieces, chunkBytes, first) => {
          const content = Buffer.concat([
            Buffer.alloc(first),
            ...pieces.flatMap(({ line, hole, ended }) => [
              Buffer.from(ended ? `${line}\n` : line),
              Buffer.alloc(hole),
            ]),
            Buffer.from('last\n'),
          ]);
          const read = readAll(content, chunkBytes, 1024);
          expect(read.map(({ text }) => text)).toEqual([...pieces.map(({ line }) => line), 'last']);
          for (const { text, offset, cutFrom } of read) {
            expect(content.toString('utf8', offset, offset + Buffer.byteLength(text))).toBe(text);
            expect(cutFrom).toBe(0);
          }
        },
      ),
    );
  });

  test.each([16, 32, 64, 1000])(
    'L3: a line that is too long ends at a hole as well, in chunks of %i bytes',
    (chunkBytes) => {
      for (const length of [60, 64, 65, 66, 90, 127, 128, 129, 1000]) {
        const content = Buffer.concat([
          Buffer.from('x'.repeat(length)),
          Buffer.alloc(3000),
          Buffer.from('next\n'),
        ]);
        const [first, next, ...more] = readAll(content, chunkBytes, 64);
        expect([first?.text, first?.cutFrom]).toEqual([
          'x'.repeat(Math.min(64, length)),
          length > 64 ? length : 0,
        ]);
        expect(next).toMatchObject({ text: 'next', offset: length + 3000, cutFrom: 0 });
        expect(more).toEqual([]);
      }
    },
  );

  test('L3: a few NUL inside of a line are content, and none at its start', () => {
    const read = readAll(Buffer.from(`a\0b${'\0'.repeat(63)}c\n\0\0d\n`), 16, 1024);
    expect(read.map(({ text }) => text)).toEqual([`a\0b${'\0'.repeat(63)}c`, 'd']);
  });
});
