import { readdirSync, statSync, type BigIntStats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { OpenFile, sameFile } from './open-file.ts';

/** How often a look is repeated that a rotation has come in between of. */
const attempts = 5;

/**
 * Opens the log file and every rotated one beside it (`app.log.1`, the newest, and so on). Looking from the newest to the
 * oldest, a file that is renamed meanwhile is met twice, not missed; only a new one can be, and is found next time.
 * The caller closes them.
 * @returns the oldest first. @throws the system's error when the directory or a file cannot be read.
 */
export function openAll(path: string): OpenFile[] {
  for (let attempt = 1; ; attempt++) {
    const before = statOf(path);
    const files = openOnce(path);
    const after = statOf(path);
    const settled = before && after ? sameFile(before, after) : before === after;
    if (settled || attempt === attempts) return files;
    for (const file of files) file.close();
  }
}

function openOnce(path: string): OpenFile[] {
  const files: OpenFile[] = [];
  try {
    const last = highestNumber(path);
    // One further than listed for each rotation since the listing.
    for (let number = 0, missing = 0; number <= last || missing === 0; number++) {
      const file = OpenFile.open(number === 0 ? path : `${path}.${number}`, number === 0);
      if (!file) missing++;
      else if (files.some((known) => sameFile(known.stat, file.stat))) file.close();
      else files.push(file);
    }
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
  return files.toReversed();
}

function highestNumber(path: string): number {
  const prefix = `${basename(path)}.`;
  let names: string[];
  try {
    names = readdirSync(dirname(path));
  } catch (error) {
    // The app has not made it yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  const numbers = names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,5}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return Math.max(0, ...numbers);
}

/** @returns undefined when there is none. @throws the system's error. */
export function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
