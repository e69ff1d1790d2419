import { DatabaseSync } from 'node:sqlite';

/** Until `release`, or until this process ends in any way. */
export interface Lock {
  release(): void;
}

/** SQLite's code for "locked". */
const busy = 5;

/** Files that are locked: one that nothing refers to would be closed, and its lock lost, when memory is freed. */
const open = new Set<DatabaseSync>();

/**
 * Locks a file, which is made where it is not there: the lock is the kernel's, on the file and not on its path. SQLite is
 * the only part of Node that takes such locks.
 * @returns nothing when another process has it, or another caller in this one.
 * @throws where the file cannot be made or locked.
 */
export function lockFile(path: string): Lock | undefined {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path);
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file?.close();
    if ((error as { errcode?: number }).errcode === busy) return undefined;
    throw error;
  }
  const held = file;
  open.add(held);
  return {
    release() {
      if (open.delete(held)) held.close();
    },
  };
}
