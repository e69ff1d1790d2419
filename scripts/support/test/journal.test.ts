import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Journal, takeLeft } from '../journal.ts';

let root: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'journal-')), 'broken');
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(join(root, '..'), { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** A program that has written these down, and goes on. */
async function programWith(...entries: readonly string[]): Promise<ChildProcess> {
  const script = `
    const { Journal } = await import(${JSON.stringify(import.meta.resolve('../journal.ts'))});
    const journal = new Journal(${JSON.stringify(root)});
    for (const entry of ${JSON.stringify(entries)}) journal.add(entry);
    console.log('written');
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

const done: string[] = [];
const take = (undo = async (what: string) => void done.push(what)) =>
  takeLeft(
    root,
    (value) => (typeof value === 'string' ? value : undefined),
    (what) =>
      what === 'stale'
        ? undefined
        : {
            fault: 'fault',
            what,
            async undo() {
              await undo(what);
              return 'undone';
            },
          },
  );
/** What there is to undo, and then no more. */
async function undoAll(): Promise<string[]> {
  using all = take();
  for (const left of all.left) await left.undo();
  return done.splice(0);
}

test('what is undone by its own program is not written down any more', async () => {
  const journal = new Journal<string>(root);
  expect(readdirSync(join(root, '..'))).toEqual([]);
  const forget = ['a', 'b'].map((entry) => journal.add(entry));
  expect(readdirSync(root)).toHaveLength(1);
  for (const one of forget) one();
  expect(readdirSync(root)).toEqual([]);
  journal.add('c')();
  expect(readdirSync(root)).toEqual([]);
});

test('of a program that runs nothing is left; of one that was killed, all, the latest first', async () => {
  const [first, second] = [await programWith('a', 'b'), await programWith('c')];
  {
    using all = take();
    expect(all).toMatchObject({ left: [], running: 2 });
  }
  await kill(first);
  await kill(second);
  expect(await undoAll()).toEqual(['c', 'b', 'a']);
  expect(await undoAll()).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test('what could not be undone stays; what has become meaningless goes', async () => {
  await kill(await programWith('stale', 'a'));
  {
    using all = take(() => Promise.reject(new Error('not now')));
    await expect(all.left[0]?.undo()).rejects.toThrow('not now');
  }
  expect(await undoAll()).toEqual(['a']);
});

test('two programs that begin at once do not undo the same', async () => {
  await kill(await programWith('a'));
  using first = take();
  using second = take();
  expect([first.left.length, second.left.length]).toEqual([1, 0]);
});

test('a file that is not an entry is named, and stays', async () => {
  const folder = join(root, '00000000000001-x');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of [
    ['000001.json', '{'],
    ['000002.json', '7'],
    ['000003.json.new', '"half'],
  ] as const)
    writeFileSync(join(folder, name), text);
  for (let time = 0; time < 2; time += 1) {
    using all = take();
    expect(all.left).toEqual([]);
    expect(all.unreadable).toEqual([join(folder, '000002.json'), join(folder, '000001.json')]);
  }
});
