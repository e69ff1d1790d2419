/**
 * What programs have broken and not undone yet, in files: a program that is killed cannot undo it, the next one can. Each
 * program has its own folder for that, and a lock on it for as long as it lives.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile, type Lock } from './lock.ts';

interface Run {
  readonly folder: string;
  readonly lock: Lock;
  readonly files: Set<string>;
}

/** A program's own entries. Nothing is written before the first one. */
export class Journal<Entry> {
  readonly #root: string;
  #run: Run | undefined;
  #count = 0;

  /** @param root the folder of all programs' entries. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Writes it down; to be called before the deed. @returns what takes it out, when it is undone. */
  add(entry: Entry): () => void {
    const run = (this.#run ??= begin(this.#root));
    this.#count += 1;
    const file = join(run.folder, `${String(this.#count).padStart(6, '0')}.json`);
    // Whole or not at all.
    writeFileSync(`${file}.new`, JSON.stringify(entry), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    run.files.add(file);
    return () => {
      rmSync(file, { force: true });
      run.files.delete(file);
      if (run.files.size > 0 || this.#run !== run) return;
      this.#run = undefined;
      end(run);
    };
  }
}

/** Locked before it has its name: no other program takes it for the folder of one that has ended. */
function begin(root: string): Run {
  const name = `${String(Date.now()).padStart(14, '0')}-${randomUUID()}`;
  const unnamed = join(root, `.${name}`);
  mkdirSync(unnamed, { recursive: true, mode: 0o700 });
  const lock = lockFile(join(unnamed, 'lock'));
  if (!lock) throw new Error(`${unnamed} is locked by another program`);
  const folder = join(root, name);
  renameSync(unnamed, folder);
  return { folder, lock, files: new Set() };
}

function end({ folder, lock }: Pick<Run, 'folder' | 'lock'>): void {
  lock.release();
  rmSync(folder, { recursive: true, force: true });
}

/** A part of a fault that is still there. */
export interface Left {
  readonly fault: string;
  /** What has to be undone: `the 2 pods of deployment/user`. */
  readonly what: string;
  /** `changed`: another client has changed it since, so it is left as it is. Where it fails, it stays written down. */
  readonly undo: () => Promise<'undone' | 'changed'>;
}

/** What programs that were killed have left. No other program gets it before it is disposed of. */
export interface AllLeft extends Disposable {
  /** In the order in which it has to be undone: the latest first. */
  readonly left: readonly Left[];
  /** Files that cannot be followed, for instance of another version of this program. */
  readonly unreadable: readonly string[];
  /** How many programs that still run have entries: they undo them themselves. */
  readonly running: number;
}

/**
 * @param root of the `Journal`.
 * @param read an entry as it was written, or undefined where it is not one.
 * @param leftOf what it means, or undefined where there is nothing to undo any more.
 */
export function takeLeft<Entry>(
  root: string,
  read: (value: unknown) => Entry | undefined,
  leftOf: (entry: Entry) => Left | undefined,
): AllLeft {
  const all: Left[] = [];
  const unreadable: string[] = [];
  const taken: Pick<Run, 'folder' | 'lock'>[] = [];
  let running = 0;
  for (const name of runsIn(root)) {
    const folder = join(root, name);
    const lock = lockIfThere(folder);
    if (lock === undefined) running += 1;
    if (lock === undefined || lock === 'gone') continue;
    taken.push({ folder, lock });
    for (const path of entriesIn(folder)) {
      const entry = entryIn(path, read);
      const left = entry === undefined ? undefined : leftOf(entry);
      if (entry === undefined) unreadable.push(path);
      else if (left === undefined) rmSync(path, { force: true });
      else all.push(forgetting(left, path));
    }
  }
  return {
    left: all,
    unreadable,
    running,
    [Symbol.dispose]() {
      for (const run of taken.splice(0)) {
        if (entriesIn(run.folder).length > 0) run.lock.release();
        else end(run);
      }
    },
  };
}

const forgetting = (left: Left, path: string): Left => ({
  ...left,
  async undo() {
    const outcome = await left.undo();
    rmSync(path, { force: true });
    return outcome;
  },
});

/** Latest first. */
const runsIn = (root: string): string[] =>
  existsSync(root)
    ? readdirSync(root)
        .filter((name) => !name.startsWith('.'))
        .sort()
        .toReversed()
    : [];

const entriesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .toReversed()
    .map((file) => join(folder, file));

function lockIfThere(folder: string): Lock | 'gone' | undefined {
  try {
    return lockFile(join(folder, 'lock'));
  } catch (error) {
    if (!existsSync(folder)) return 'gone';
    throw error;
  }
}

function entryIn<Entry>(path: string, read: (value: unknown) => Entry | undefined): Entry | undefined {
  try {
    return read(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
