import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  createFileDestination,
  createLogger,
  type FileDestinationOptions,
  type FileProblem,
} from '../src/index.ts';

/** Immediates run in the order in which they were made. */
const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));
const systemError = (code: string) => Object.assign(new Error(code), { code });

/** A disk with room for so many bytes. */
function diskOf(room: number) {
  const disk = { room, writeSync: writeSync as typeof fs.writeSync };
  function writeSync(fd: number, bytes: Buffer, from: number, length: number): number {
    if (disk.room === 0) throw systemError('ENOSPC');
    const count = fs.writeSync(fd, bytes, from, Math.min(length, disk.room));
    disk.room -= count;
    return count;
  }
  return disk;
}

describe('the file destination', () => {
  let directory: string;
  let path: string;
  let problems: FileProblem[];
  let time: number;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'file-destination-'));
    path = join(directory, 'app.log');
    problems = [];
    time = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const open = (options: Partial<FileDestinationOptions> = {}) =>
    createFileDestination({ path, report: (problem) => problems.push(problem), now: () => time, ...options });
  const read = (name = 'app.log') => readFileSync(join(directory, name), 'utf8');
  /** Everything there is, oldest first. */
  const readAll = () =>
    readdirSync(directory)
      .sort((a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0))
      .map((name) => read(name));

  test('holds the lines of a logger, and not for everyone to read', async () => {
    const logger = createLogger({ app: 'user', level: 'info', file: { path } });
    logger.info('one');
    logger.info('two');
    await endOfTurn();
    const messages = read()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(['one', 'two']);
    expect(statSync(path).mode & 0o137).toBe(0);
  });

  test('renames a full file, and keeps the configured number', () => {
    const file = open({ maxBytes: 8, filesKept: 2 });
    for (const line of ['aaa\n', 'bbb\n', 'ccc\n', 'ddd\n', 'eee\n', 'fff\n', 'ggg\n']) file.write(line);
    expect(readdirSync(directory).sort()).toEqual(['app.log', 'app.log.1', 'app.log.2']);
    expect([read('app.log.2'), read('app.log.1'), read()]).toEqual(['ccc\nddd\n', 'eee\nfff\n', 'ggg\n']);
  });

  test('never splits a line across files, and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        (texts, maxBytes, atOnce) => {
          for (const name of readdirSync(directory)) rmSync(join(directory, name));
          const lines = texts.map((text) => `${text.replaceAll('\n', ' ')}\n`);
          // A new destination every few writes: the app is restarted.
          let file = open({ maxBytes, filesKept: 100 });
          for (let index = 0; index < lines.length; index += atOnce) {
            if (index % 5 === 4) {
              file.close();
              file = open({ maxBytes, filesKept: 100 });
            }
            file.write(lines.slice(index, index + atOnce).join(''));
          }
          file.close();
          const files = lines.length === 0 ? [] : readAll();
          expect(files.join('')).toBe(lines.join(''));
          for (const text of files) {
            expect(text.endsWith('\n')).toBe(true);
            expect(Buffer.byteLength(text) <= maxBytes || text.split('\n').length === 2).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test('ends the line that a killed process left unfinished', () => {
    writeFileSync(path, 'whole\nhal');
    open().write('next\n');
    expect(read()).toBe('whole\nhal\nnext\n');
  });

  test.each([
    ['in the middle of a line', 9, 'one\ntwo\nt\nnext\n', 2],
    ['at the end of a line', 8, 'one\ntwo\nnext\n', 2],
    ['in its first line', 2, 'on\nnext\n', 4],
    ['before its last line feed', 18, 'one\ntwo\nthree\nfour\nnext\n', 1],
  ])('counts the lines of a write that the full disk has not taken %s', (_where, room, content, lost) => {
    const disk = diskOf(room);
    const file = open({ calls: { ...fs, writeSync: disk.writeSync } });
    file.write('one\ntwo\nthree\nfour\n');
    expect(file.droppedLines).toBe(lost);
    file.write('too\nearly\n');
    expect(file.droppedLines).toBe(lost + 2);
    disk.room = Infinity;
    time = 1000;
    file.write('next\n');
    expect(read()).toBe(content);
    expect(problems.at(-1)).toEqual({ state: 'recovered', path, dropped: lost + 2 });
  });

  test('drops and counts lines while the disk is full, and says so once and once again', () => {
    const disk = diskOf(Infinity);
    const file = open({ calls: { ...fs, writeSync: disk.writeSync } });
    file.write('before\n');
    disk.room = 3;
    for (const line of ['cut off\n', 'lost\n', 'lost too\n']) file.write(line);
    time = 1001;
    file.write('still none\n');
    expect(file.droppedLines).toBe(4);
    expect(problems).toEqual([{ state: 'failing', path, code: 'ENOSPC' }]);
    disk.room = Infinity;
    time = 2500;
    file.write('after\n');
    file.write('more\n');
    expect(read()).toBe('before\ncut\nafter\nmore\n');
    expect(problems.slice(1)).toEqual([{ state: 'recovered', path, dropped: 4 }]);
  });

  test('survives a directory that cannot be made, and uses it once it can', () => {
    const blocked = join(directory, 'logs');
    writeFileSync(blocked, 'a file where the directory should be');
    const file = open({ path: join(blocked, 'app.log') });
    file.write('lost\n');
    expect(problems).toEqual([expect.objectContaining({ state: 'failing', code: 'EEXIST' })]);
    rmSync(blocked);
    time = 1000;
    file.write('kept\n');
    expect([read('logs/app.log'), file.droppedLines]).toEqual(['kept\n', 1]);
  });

  test('does not let a file grow that cannot be rotated', () => {
    let allowed = false;
    const renameSync: typeof fs.renameSync = (from, to) => {
      if (!allowed) throw systemError('EACCES');
      fs.renameSync(from, to);
    };
    const file = open({ maxBytes: 8, calls: { ...fs, renameSync } });
    for (const line of ['aaa\n', 'bbb\n', 'ccc\n']) file.write(line);
    expect([read(), file.droppedLines]).toEqual(['aaa\nbbb\n', 1]);
    allowed = true;
    time = 1000;
    file.write('ddd\n');
    expect([read('app.log.1'), read()]).toEqual(['aaa\nbbb\n', 'ddd\n']);
  });

  test('writes to a full device without throwing', () => {
    const file = open({ path: '/dev/full' });
    file.write('lost\n');
    expect([file.droppedLines, problems]).toEqual([
      1,
      [{ state: 'failing', path: '/dev/full', code: 'ENOSPC' }],
    ]);
  });

  test.each([{ maxBytes: 0 }, { filesKept: 0 }, { maxBytes: Number.NaN }])('refuses %j', (options) => {
    expect(() => open(options)).toThrow(RangeError);
  });
});
