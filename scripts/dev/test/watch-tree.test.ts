import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TreeWatcher } from '../watch-tree.ts';

let root: string;
let watcher: TreeWatcher;
const never = new AbortController().signal;
const write = (path: string, text = path) => writeFileSync(join(root, path), text);
/** What is reported until this path is: one change may come in several parts. */
async function reportedUntil(path: string): Promise<string[]> {
  const seen = new Set<string>();
  while (!seen.has(path)) for (const each of await watcher.next(never)) seen.add(each);
  return [...seen].sort();
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shop-watch-'));
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  mkdirSync(join(root, 'other'));
  write('src/one.ts');
  write('lock.json');
  watcher = new TreeWatcher(root, ['src', 'missing'], ['lock.json']);
});
afterEach(() => {
  watcher[Symbol.dispose]();
  rmSync(root, { recursive: true });
});

test('reports what changes in the folders and of the single files, and nothing else', async () => {
  write('other/two.ts');
  write('other.json');
  write('src/.one.ts.swp');
  write('src/one.ts~');
  write('src/one.ts', 'edited');
  write('lock.json', 'edited');
  write('src/deep/last.ts');
  expect(await reportedUntil('src/deep/last.ts')).toEqual(['lock.json', 'src/deep/last.ts', 'src/one.ts']);
});

test('reports a file that is replaced, as editors do it, every time', async () => {
  for (const text of ['first', 'second']) {
    write('other/new', text);
    renameSync(join(root, 'other/new'), join(root, 'src/one.ts'));
    expect(await reportedUntil('src/one.ts')).toEqual(['src/one.ts']);
  }
});

test('reports a file that is deleted', async () => {
  rmSync(join(root, 'src/one.ts'));
  expect(await reportedUntil('src/one.ts')).toEqual(['src/one.ts']);
});

test('watches new folders, and folders that are made again', async () => {
  mkdirSync(join(root, 'src/new'));
  await reportedUntil('src/new');
  write('src/new/file.ts');
  await reportedUntil('src/new/file.ts');
  rmSync(join(root, 'src/new'), { recursive: true });
  mkdirSync(join(root, 'src/new'));
  await reportedUntil('src/new');
  write('src/new/again.ts');
  expect(await reportedUntil('src/new/again.ts')).toContain('src/new/again.ts');
});

test('ends its wait when the signal is aborted', async () => {
  const ending = new AbortController();
  const waiting = watcher.next(ending.signal);
  ending.abort();
  expect(await waiting).toEqual([]);
  expect(await watcher.next(ending.signal)).toEqual([]);
});
