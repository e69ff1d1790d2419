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

const touch = (path: string, time: number) => utimesSync(path, time, time);

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
  /** Without banners. */
  const said = () => sidecar.messages.filter((msg) => !msg.startsWith('#'));

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

    test('when there is no file at the path, and several beside it', async () => {
      log.log('a');
      await sidecar.idle();
      for (const msg of ['b', 'c']) {
        log.rotate();
        log.log(msg);
      }
      log.rotate();
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
    });

    test('when the new file exists before the app uses it', async () => {
      log.log('a');
      await sidecar.idle();
      log.rotate();
      log.write('');
      await sidecar.idle();
      // Still the old file: the app has not noticed the rotation yet.
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

  describe('L2: a half line at the end of the process', () => {
    const redact = { paths: ['**.email'], censor: '[redacted]' };

    test.each([
      ['in a value to redact', '{"level":"info","email":"kim@exam', 'ple.com","msg":"b"}'],
      ['in a name', '{"level":"info","ema', 'il":"kim@example.com","msg":"b"}'],
      ['before its brace', '{"level":"info","email":"kim@example.com","msg":"b"', '}'],
    ])('is left, and comes whole after the restart: cut %s', async (_where, half, rest) => {
      sidecar = new Stepwise(log, { transform: { redact } });
      log.write(`{"msg":"a"}\n${half}`);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a']);
      log.write(`${rest}\n{"msg":"c"}\n`);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
      expect(sidecar.lines[1]).toMatchObject({ email: '[redacted]' });
      expect(sidecar.text).not.toContain('example');
      expect(sidecar.text).not.toContain('redelivered');
    });

    test('is left as often as the process is restarted, and costs nothing', async () => {
      log.write('{"msg":"a"}\n{"msg":');
      for (const piece of ['"b', 'c', 'd']) {
        await sidecar.end();
        log.write(piece);
      }
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a']);
      log.write('"}\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'bcd']);
    });

    test('is left when it is all there is', async () => {
      log.write('{"msg":"a');
      await sidecar.end();
      expect(sidecar.text).toBe('');
      log.write('"}\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a']);
    });

    test('after a group of lines: the group comes, the half stays', async () => {
      log.write('Error: x\n  at a\n  at');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['Error: x\n  at a']);
      log.write(' b\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['Error: x\n  at a', '  at b']);
    });

    test('that is never completed comes when its file is rotated, or cut short, after the restart', async () => {
      log.write('{"msg":"a"}\nhalf');
      await sidecar.end();
      log.rotate();
      log.write('{"msg":"b"}\nother');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'half', 'b']);
      await sidecar.idle();
      truncateSync(log.path);
      log.log('c');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'half', 'b', 'other', 'c']);
    });
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

  test('what is not a regular file is refused', async () => {
    mkdirSync(log.path);
    await expect(sidecar.idle()).rejects.toMatchObject({ code: 'EINVAL' });
    rmSync(log.path, { recursive: true });
    log.log('a');
    await sidecar.idle();
    expect(sidecar.messages).toEqual(['a']);
  });

  describe('truncation', () => {
    test('starts over, and reports what was lost', async () => {
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

    test.each([
      ['of a hundred bytes', 100],
      ['as long as a line may be', 1024],
      ['longer than a line may be', 1025],
      ['much longer than a line may be', 5_000_000],
    ])('L3: a hole %s loses nothing', async (_what, bytes) => {
      sidecar = new Stepwise(log, { maxLineBytes: 1024, chunkBytes: 4096 });
      log.log('a');
      await sidecar.idle();
      truncateSync(log.path);
      truncateSync(log.path, bytes);
      log.log('b', 'c');
      await sidecar.idle();
      expect(sidecar.life.follower.reader.bytes.length).toBeLessThanOrEqual(4096);
      expect(sidecar.life.follower.lagBytes).toBe(0);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
      expect(sidecar.text).not.toContain('cutFromBytes');
    });

    test('L3: a hole behind the half of a line ends it, and the next line is whole', async () => {
      sidecar = new Stepwise(log, { maxLineBytes: 1024, chunkBytes: 4096 });
      log.log('a', 'x');
      await sidecar.idle();
      truncateSync(log.path, 35);
      truncateSync(log.path, 35 + 9000);
      log.log('b');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'x', 'a', '{"level"', 'b']);
    });

    test('L3: after a restart in the middle of a hole nothing is lost', async () => {
      sidecar = new Stepwise(log, { maxLineBytes: 1024, chunkBytes: 4096 });
      log.write(Buffer.alloc(10_000));
      await sidecar.idle();
      await sidecar.end();
      log.write(Buffer.alloc(10_000));
      log.log('a');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a']);
    });

    test('with a writer that goes on at its old offset leaves a hole, which is not a line', async () => {
      log.log('a');
      await sidecar.idle();
      truncateSync(log.path);
      truncateSync(log.path, 100_000);
      log.log('b');
      await sidecar.idle();
      expect(sidecar.messages).toEqual(['a', 'b']);
    });
  });

  describe('L6: a byte order mark', () => {
    const mark = '\ufeff';

    test('at the start of a file is dropped, also of one after rotation and truncation', async () => {
      log.write(`${mark}{"msg":"a"}\n`);
      log.rotate();
      log.write(`${mark}{"msg":"b"}\n`);
      await sidecar.idle();
      truncateSync(log.path);
      log.write(`${mark}{"msg":"c"}\n`);
      await sidecar.idle();
      sidecar.kill();
      log.rotate();
      log.write(mark);
      await sidecar.idle();
      log.write('{"msg":"d"}\n');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
      expect(sidecar.stats.lines.raw).toBe(0);
      expect(sidecar.text).not.toContain('raw');
    });

    test('before text is dropped, too, and alone it is not a line', async () => {
      log.write(mark);
      log.rotate();
      log.write(`${mark}text\n`);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['text']);
    });

    test('that arrives byte by byte is dropped', async () => {
      for (const byte of Buffer.from(`${mark}{"msg":"a"}\n`)) {
        log.write(Buffer.of(byte));
        await sidecar.idle();
      }
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a']);
    });

    test('elsewhere is content', async () => {
      log.write(`{"msg":"a"}\n${mark}{"msg":"b"}\n`);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', `${mark}{"msg":"b"}`]);
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
      // The same inode, but another file: longer than what was read, with another beginning.
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

  describe('L1: what is newer is known by order, not by the time of a file', () => {
    const past = 1_000_000_000;
    const future = 4_000_000_000;

    test.each([
      ['while it runs', false],
      ['while it is away', true],
    ])('the log was replaced by a file with an older time, %s', async (_when, away) => {
      log.log('a');
      await sidecar.idle();
      if (away) sidecar.kill();
      rmSync(log.path);
      log.log('b');
      touch(log.path, past);
      await sidecar.idle();
      log.log('c');
      touch(log.path, past);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c']);
    });

    test.each([
      ['while it runs', false],
      ['while it is away', true],
    ])('the log was replaced by an older file with another name, %s', async (_when, away) => {
      writeFileSync(`${log.path}.new`, '{"msg":"b"}\n');
      touch(`${log.path}.new`, past);
      log.log('a');
      await sidecar.idle();
      if (away) sidecar.kill();
      renameSync(`${log.path}.new`, log.path);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b']);
    });

    test.each([
      ['while it runs', false],
      ['while it is away', true],
    ])('the clock went back, and the file that was read is gone, %s', async (_when, away) => {
      log.log('a');
      await sidecar.idle();
      if (away) sidecar.kill();
      rmSync(log.path);
      for (const [index, msg] of ['b', 'c', 'd'].entries()) {
        log.log(msg);
        touch(log.path, past - index);
        if (msg !== 'd') log.rotate();
      }
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
    });

    test.each([
      ['while it runs', false],
      ['while it is away', true],
    ])('rotated files that were read long ago have got a newer time, %s', async (_when, away) => {
      for (const msg of ['a', 'b', 'c']) {
        log.log(msg);
        log.rotate();
      }
      log.log('d');
      await sidecar.idle();
      if (away) sidecar.kill();
      for (const number of [1, 2, 3]) touch(`${log.path}.${number}`, future);
      rmSync(log.path);
      log.log('e');
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    test('the file that was read is gone, and so is the one before it', async () => {
      for (const msg of ['a', 'b']) {
        log.log(msg);
        log.rotate();
      }
      log.log('c');
      await sidecar.idle();
      sidecar.kill();
      rmSync(log.path);
      rmSync(`${log.path}.1`);
      touch(`${log.path}.2`, future);
      log.log('d');
      touch(log.path, past);
      await sidecar.end();
      expect(sidecar.messages).toEqual(['a', 'b', 'c', 'd']);
    });
  });

  describe('L5: files that begin with the same banner', () => {
    const banner = `# ${'version 1 '.repeat(60)}\n`;
    const file = (...messages: readonly string[]): string =>
      banner + messages.map((msg) => `${JSON.stringify({ msg })}\n`).join('');

    test('are told apart after a restart when the one that was read is gone', async () => {
      log.write(file('a1', 'a2', 'a3'));
      await sidecar.idle();
      sidecar.kill();
      for (const messages of [['b'], ['c'], ['d1', 'd2', 'd3', 'd4'], ['e1', 'e2', 'e3', 'e4']]) {
        log.rotate(4);
        log.write(file(...messages));
      }
      log.rotate(4);
      await sidecar.end();
      expect(said()).toEqual(['a1', 'a2', 'a3', 'b', 'c', 'd1', 'd2', 'd3', 'd4', 'e1', 'e2', 'e3', 'e4']);
      expect(sidecar.own.messages()).toEqual([expect.stringContaining('may be lost')]);
    });

    test('are told apart after a restart though the inode is used again', async () => {
      log.write(file('a1', 'a2'));
      await sidecar.idle();
      sidecar.kill();
      truncateSync(log.path);
      log.write(file('b1', 'b2', 'b3', 'b4'));
      await sidecar.end();
      expect(said()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3', 'b4']);
    });

    test('truncation is noticed although the file is longer than before by the next look', async () => {
      log.write(file('a1', 'a2'));
      await sidecar.idle();
      truncateSync(log.path);
      log.write(file('b1', 'b2', 'b3', 'b4'));
      await sidecar.idle();
      expect(said()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3', 'b4']);
      expect(sidecar.stats.truncations).toBe(1);
    });

    test.each([
      ['while it runs', false],
      ['while it is away', true],
    ])('the copy that was made before truncation is the right one, %s', async (_when, away) => {
      log.write(file('a1', 'a2', 'a3', 'a4', 'a5'));
      log.rotate();
      log.write(file('b1', 'b2'));
      await sidecar.idle();
      if (away) sidecar.kill();
      log.log('b3');
      renameSync(`${log.path}.1`, `${log.path}.2`);
      copyFileSync(log.path, `${log.path}.1`);
      truncateSync(log.path);
      log.write(file('c1', 'c2', 'c3', 'c4'));
      await sidecar.end();
      const expected = ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3', 'c4'];
      expect(said()).toEqual(expected);
    });

    test('that vanish unread are counted though their inode is used again', async () => {
      sidecar = new Stepwise(log, { chunkBytes: 64 });
      log.log('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
      await sidecar.turn();
      log.rotate();
      log.write(file('b'));
      sidecar.life.follower.survey();
      // The same inode, another file.
      const lost = readFileSync(log.path).length;
      truncateSync(log.path);
      log.write(file('x', 'y', 'z'));
      await sidecar.idle();
      expect(said()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'x', 'y', 'z']);
      expect(sidecar.stats.lostBytes).toBe(lost);
    });

    test('are not a loss when one that waits is copied and truncated', async () => {
      sidecar = new Stepwise(log, { chunkBytes: 64 });
      log.log('a1', 'a2', 'a3', 'a4', 'a5', 'a6');
      await sidecar.turn();
      log.rotate();
      log.write(file('b'));
      sidecar.life.follower.survey();
      renameSync(`${log.path}.1`, `${log.path}.2`);
      copyFileSync(log.path, `${log.path}.1`);
      truncateSync(log.path);
      log.write(file('c'));
      await sidecar.idle();
      expect(said()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b', 'c']);
      expect(sidecar.own.entries).toEqual([]);
    });

    test('have names of their own though the inode is used again, also across a restart', async () => {
      for (const msg of ['a', 'b', 'c', 'd']) {
        log.write('');
        truncateSync(log.path);
        log.write(file(msg));
        await sidecar.idle();
        if (msg === 'b') sidecar.kill();
      }
      expect(said()).toEqual(['a', 'b', 'c', 'd']);
      const banners = sidecar.lines.filter(({ msg }) => msg.startsWith('#'));
      expect(new Set(banners.map((line) => line.log.file)).size).toBe(4);
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
    // No user can look up a path through a file.
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
