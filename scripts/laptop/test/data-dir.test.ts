import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DataDirError, dataDirError, lockDataDir, prepareDataDir } from '../data-dir.ts';

jest.setTimeout(60_000);
const main = fileURLToPath(new URL('../main.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-data-dir-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/**
 * @returns what `npm start` prints to standard error for a data directory, and its exit code. It is ended if it goes
 * on.
 */
async function start(dataDir: string, script = main) {
  const child = spawn(process.execPath, [script, '--port', '0', '--data-dir', dataDir], { timeout: 20_000 });
  child.stdout.resume();
  const [said, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { said, code };
}

describe('P3: a data directory that cannot be used is one line, and exit code 1', () => {
  test.each<[string, () => string, string]>([
    ['a file', () => join(folder, 'file'), 'there is a file'],
    ['below a file', () => join(folder, 'file', 'x', 'y'), 'there is a file, or a link to nothing (/'],
    ['a device', () => '/dev/null', 'there is a file'],
    ['/proc', () => '/proc', 'takes no new directories'],
    ['below /proc', () => '/proc/x/y/z', 'takes no new directories'],
    ['below /sys', () => '/sys/kernel/x', 'this user may not write there'],
    ['a link to nothing', () => join(folder, 'dangling'), 'a link to nothing'],
    ['a link to itself', () => join(folder, 'circle'), 'form a loop'],
    ['too long a name', () => join(folder, 'a'.repeat(300)), 'its path is too long'],
    ['with a file named run', () => join(folder, 'run-is-a-file'), 'there is a file'],
    ['with a directory named lock', () => join(folder, 'lock-is-a-directory'), 'cannot be locked'],
    [
      'with a directory in place of a file',
      () => join(folder, 'no-routes'),
      'a directory in place of a file',
    ],
    [
      'with a directory in place of its socket',
      () => join(folder, 'no-socket'),
      'a directory in place of a file',
    ],
  ])('%s', async (_case, path, reason) => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'nothing'), join(folder, 'dangling'));
    symlinkSync('circle', join(folder, 'circle'));
    mkdirSync(join(folder, 'run-is-a-file'));
    writeFileSync(join(folder, 'run-is-a-file/run'), '');
    mkdirSync(join(folder, 'lock-is-a-directory/lock'), { recursive: true });
    mkdirSync(join(folder, 'no-routes/run/front-door-routes.json'), { recursive: true });
    mkdirSync(join(folder, 'no-socket/control.sock'), { recursive: true });
    const { said, code } = await start(path());
    expect(said).toMatch(/^The data directory .* cannot be used: .*npm start -- --data-dir DIRECTORY\n$/);
    expect(said).toContain(reason);
    expect(code).toBe(1);
  });

  test('one that this user may not write to', () => {
    const mine = join(folder, 'mine');
    mkdirSync(mine);
    chmodSync(mine, 0o555);
    // Root may write everywhere.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) chmodSync(folder, 0o755);
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(() => prepareDataDir(join(mine, 'data'))).toThrow(DataDirError);
      expect(() => prepareDataDir(join(mine, 'data'))).toThrow(/: this user may not write there/);
      expect(() => prepareDataDir(mine)).toThrow(/: this user may not write there/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(mine, 0o755);
    }
  });

  test.each([
    ['ENOSPC', 'no space is left there'],
    ['EROFS', 'its file system can only be read'],
    ['EOPNOTSUPP', 'its file system has no sockets'],
    ['EIO', 'EIO: failed'],
  ])('%s of the file system: %s', (code, reason) => {
    const error = Object.assign(new Error(`${code}: failed`), { code, syscall: 'open' });
    expect(dataDirError('/x', error)).toMatchObject({
      message: `The data directory /x cannot be used: ${reason}. Choose another one: npm start -- --data-dir DIRECTORY`,
    });
  });

  test('an error of another kind stays what it is', () => {
    const error = new TypeError('x');
    expect(dataDirError('/x', error)).toBe(error);
  });
});

test('a data directory is made with all above it, for its owner alone, and its real path is returned', () => {
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  mkdirSync(join(folder, 'a'));
  expect(prepareDataDir(join(folder, 'link/b/c'))).toBe(join(folder, 'a/b/c'));
  expect(prepareDataDir(join(folder, 'a/b/c'))).toBe(join(folder, 'a/b/c'));
});

test('a data directory is locked until it is released', () => {
  const lock = lockDataDir(folder);
  expect(lockDataDir(folder)).toBeUndefined();
  lock?.release();
  const again = lockDataDir(folder);
  expect(again).toBeDefined();
  again?.release();
});
