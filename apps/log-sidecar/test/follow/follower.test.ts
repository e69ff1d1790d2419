import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LogDirectory } from '../support/log-directory.ts';
import { Stepwise } from '../support/stepwise.ts';

describe('following', () => {
  let log: LogDirectory;
  let sidecar: Stepwise;
  beforeEach(() => {
    log = new LogDirectory();
    sidecar = new Stepwise(log);
  });
  afterEach(() => {
    sidecar.kill();
    log.remove();
  });

  describe('rotation: all lines come, in order,', () => {
    test('when there are rotated files before the start', async () => {
      for (const msg of ['a', 'b', 'c']) {
        log.log(msg);
        log.rotate();
      }
      log.log('d');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
    });

    test('when the number of a file is missing, as after a kill in the middle of a rotation', async () => {
      log.log('a');
      log.rotate();
      renameSync(`${log.path}.1`, `${log.path}.7`);
      log.log('b');
      log.rotate();
      log.log('c');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
    });

    test('when several come between two looks', async () => {
      log.log('a');
      await sidecar.idle();
      for (const msg of ['b', 'c', 'd']) {
        log.log(`${msg}1`);
        log.rotate();
        log.log(`${msg}2`);
      }
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b1', 'b2', 'c1', 'c2', 'd1', 'd2']);
      expect(sidecar.stats.rotations).toBe(3);
    });

    test('when lines are written between the last read and the renaming', async () => {
      log.log('a');
      await sidecar.idle();
      sidecar.beforeLook = () => {
        log.log('b');
        log.rotate();
        log.log('c');
      };
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
    });

    test('when the app is between the renaming and the new file', async () => {
      log.log('a');
      log.rotate();
      await sidecar.idle();
      writeFileSync(`${log.path}.1`, '{"msg":"b"}\n', { flag: 'a' });
      await sidecar.idle();
      log.log('c');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
    });

    test('when the new file exists before the app uses it', async () => {
      log.log('a');
      await sidecar.idle();
      log.rotate();
      log.write('');
      await sidecar.idle();
      // Still the old file: the app has not been told yet.
      writeFileSync(`${log.path}.1`, '{"msg":"b"}\n', { flag: 'a' });
      await sidecar.idle();
      log.log('c');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
    });

    test('when the file being read is deleted, before it has been read', async () => {
      sidecar = new Stepwise(log, { chunkBytes: 64 });
      log.log('a', 'b', 'c', 'd', 'e', 'f');
      await sidecar.turn();
      expect(sidecar.messages.length).toBeLessThan(4);
      rmSync(log.path);
      log.log('g');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    });

    test('when the log is deleted beside rotated files that were read long ago', async () => {
      log.log('a');
      log.rotate();
      utimesSync(`${log.path}.1`, 1_700_000_000, 1_700_000_000);
      log.log('b');
      await sidecar.idle();
      rmSync(log.path);
      log.log('c');
      await sidecar.idle();
      sidecar.kill();
      log.log('d');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
    });

    test('when a file ends without a line feed', async () => {
      log.write('{"msg":"a"}');
      log.rotate();
      log.log('b');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b']);
    });
  });

  test('a line is passed on once it is complete', async () => {
    log.write('{"msg":"a"}\n{"msg"');
    await sidecar.idle();
    expect(sidecar.messages).toEqual(['a']);
    log.write(':"é');
    await sidecar.idle();
    log.write('"}\n');
    await sidecar.idle();
    expect(sidecar.messages).toEqual(['a', 'é']);
  });

  test('what is left without a line feed is passed on at the end', async () => {
    log.write('{"msg":"a"}\n{"msg":"b"}');
    await sidecar.end();
    log.write('\n{"msg":"c"}\n');
    await sidecar.end();
    expect(sidecar.messages).toEqual(['a', 'b', 'c']);
  });

  test('it waits for a file, and for its directory', async () => {
    rmSync(log.directory, { recursive: true });
    await sidecar.idle();
    mkdirSync(log.directory);
    await sidecar.idle();
    log.log('a');
    await sidecar.idle();
    expect(sidecar.messages).toEqual(['a']);
  });

  test('what is no regular file is refused', async () => {
    mkdirSync(log.path);
    await expect(sidecar.idle()).rejects.toMatchObject({ code: 'EINVAL' });
    rmSync(log.path, { recursive: true });
    log.log('a');
    await sidecar.idle();
    expect(sidecar.messages).toEqual(['a']);
  });

  describe('truncation', () => {
    test('starts over, and tells what was lost', async () => {
      sidecar = new Stepwise(log, { chunkBytes: 64 });
      log.log('a', 'b', 'c', 'd', 'e', 'f');
      await sidecar.turn();
      const size = readFileSync(log.path).length;
      truncateSync(log.path);
      log.log('g');
      await sidecar.idle();
      expect(sidecar.messages.at(-1)).toBe('g');
      expect(sidecar.stats.truncations).toBe(1);
      expect(sidecar.stats.lostBytes).toBe(size - 64);
    });

    test('is noticed although the file is longer than before by the next look', async () => {
      log.log('a');
      await sidecar.idle();
      truncateSync(log.path);
      log.log('b', 'c', 'd');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
      expect(sidecar.stats.lostBytes).toBe(0);
    });

    test('starts over also when something is left', async () => {
      log.log('a', 'x'.repeat(600), 'b');
      await sidecar.idle();
      truncateSync(log.path, 28);
      await sidecar.idle();
      expect(sidecar.messages.map(([first]) => first)).toEqual(['a', 'x', 'b', 'a']);
    });

    test('after a copy goes on in the copy', async () => {
      log.log('a');
      await sidecar.idle();
      log.log('b', 'c');
      copyFileSync(log.path, `${log.path}.1`);
      truncateSync(log.path);
      await sidecar.idle();
      log.log('d', 'e', 'f', 'g');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
      expect(new Set(sidecar.lines.slice(0, 3).map((line) => line.log.file)).size).toBe(1);
    });

    test('after a copy goes on in the copy, also when it happens while the sidecar is away', async () => {
      log.log('a');
      await sidecar.idle();
      sidecar.kill();
      log.log('b', 'c');
      copyFileSync(log.path, `${log.path}.1`);
      truncateSync(log.path);
      log.log('d', 'e', 'f', 'g');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    });

    test('with a writer that goes on at its old offset leaves a hole, which is no line', async () => {
      log.log('a');
      await sidecar.idle();
      truncateSync(log.path);
      truncateSync(log.path, 100_000);
      log.log('b');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b']);
    });
  });

  describe('a restart', () => {
    test('goes on where it was, in the same file under another name', async () => {
      log.log('a');
      await sidecar.idle();
      sidecar.kill();
      log.log('b');
      log.rotate();
      log.log('c');
      log.rotate();
      log.log('d');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
      const [a, b] = sidecar.lines;
      expect(b?.log.file).toBe(a?.log.file);
    });

    test('is not deceived by an inode number that is used again', async () => {
      log.log('a', 'b');
      await sidecar.idle();
      sidecar.kill();
      // The same inode, another file: longer than what was read, and with another beginning.
      truncateSync(log.path);
      log.log('c', 'd', 'e');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    test('between two files begins with the second', async () => {
      log.log('a');
      await sidecar.idle();
      log.rotate();
      sidecar.kill();
      await sidecar.idle();
      sidecar.kill();
      log.log('b');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b']);
    });

    test('without its checkpoint begins with the oldest file, and names the files as before', async () => {
      log.log('a');
      log.rotate();
      log.log('b');
      await sidecar.end();
      rmSync(log.checkpointPath);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'a', 'b']);
      const [a, b, ...again] = sidecar.lines.map((line) => line.log);
      expect(again).toEqual([a, b]);
    });
  });

  describe('files that vanish unread', () => {
    test('are said and counted when they had been seen', async () => {
      sidecar = new Stepwise(log, { chunkBytes: 64 });
      log.log('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
      await sidecar.turn();
      for (const msg of ['b', 'c']) {
        log.rotate(3);
        log.log(msg);
        sidecar.life.follower.survey();
      }
      const b = readFileSync(`${log.path}.1`).length;
      for (const msg of ['d', 'e', 'f']) {
        log.rotate(3);
        log.log(msg);
      }
      await sidecar.idle();
      // The file being read is read to its end: it is open.
      expect(sidecar.messages).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'c', 'd', 'e', 'f']);
      expect(sidecar.stats.lostBytes).toBe(b);
      expect(sidecar.own.entries).toEqual([
        expect.objectContaining({
          level: 'error',
          lostBytesAtLeast: b,
          msg: expect.stringContaining('lines are lost'),
        }),
      ]);
    });

    test('are suspected when more were rotated than are kept', async () => {
      log.log('a');
      await sidecar.idle();
      for (const msg of ['b', 'c', 'd', 'e']) {
        log.rotate(2);
        log.log(msg);
      }
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'c', 'd', 'e']);
      expect(sidecar.own.messages()).toEqual([expect.stringContaining('may be lost')]);
      expect(sidecar.stats.gaps).toBe(1);
    });

    test('are said after a restart', async () => {
      sidecar = new Stepwise(log, { chunkBytes: 64 });
      log.log('a', 'b', 'c', 'd', 'e', 'f');
      await sidecar.turn();
      const passed = sidecar.messages.length;
      const size = readFileSync(log.path).length;
      const { nextOffset } = sidecar.life.follower.reader;
      sidecar.kill();
      for (const msg of ['g', 'h', 'i']) {
        log.rotate(1);
        log.log(msg);
      }
      await sidecar.end();
      expect(sidecar.messages.slice(passed)).toEqual(['h', 'i']);
      expect(sidecar.own.entries).toEqual([expect.objectContaining({ lostBytesAtLeast: size - nextOffset })]);
    });
  });

  test('it goes on once what stood in the way of reading is gone', async () => {
    // A path through a file cannot be looked up by anyone.
    const { directory } = log;
    renameSync(directory, `${directory}.away`);
    writeFileSync(directory, '');
    await expect(sidecar.idle()).rejects.toMatchObject({ code: 'ENOTDIR' });
    rmSync(directory);
    renameSync(`${directory}.away`, directory);
    log.log('a');
    await sidecar.idle();
    expect(sidecar.messages).toEqual(['a']);
  });
});
