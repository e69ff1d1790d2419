/** The directory with everything that the shop keeps on this machine. */
import { accessSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockFile, type Lock } from '../support/lock.ts';

/** The data directory cannot be used; the message says why, in one line, and what to do. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';

  constructor(path: string, reason: string, cause?: unknown) {
    super(
      `The data directory ${path} cannot be used: ${reason}. Choose another one: npm start -- --data-dir DIRECTORY`,
      { cause },
    );
  }
}

/** Explanations of the file system's errors. */
const reasons: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is a file',
  EISDIR: 'there is a directory in place of a file',
  ERR_FS_EISDIR: 'there is a directory in place of a file',
  EEXIST: 'there is a file, or a link to nothing',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system can only be read',
  ENOENT: 'its file system takes no new directories',
  ENAMETOOLONG: 'its path is too long',
  ELOOP: 'its symbolic links form a loop',
  ENOTSUP: 'its file system has no sockets',
  EOPNOTSUPP: 'its file system has no sockets',
  ENOSPC: 'no space is left there',
  EDQUOT: 'no space is left there for this user',
};

/**
 * Makes it, and the folder `run` in it, where they are not there.
 * @returns its real path: that is what two supervisors have in common, by whichever links it was named.
 * @throws {DataDirError}
 */
export function prepareDataDir(path: string): string {
  return explaining(path, () => {
    makeDirectory(path);
    const real = realpathSync.native(path);
    for (const folder of [real, join(real, 'run')]) {
      makeDirectory(folder);
      accessSync(folder, constants.W_OK | constants.X_OK);
    }
    return real;
  });
}

/**
 * Like mkdir -p. The recursive form of mkdir never returns where a file system answers ENOENT for a directory that
 * cannot be made, as /proc does.
 */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster; a link to nothing is there as well.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** @throws {DataDirError} instead of the file system's error. */
export function explaining<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw dataDirError(path, error);
  }
}

/** The file system's error, for people; other errors unchanged. */
export function dataDirError(dataDir: string, error: unknown): unknown {
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const reason = reasons[code] ?? message;
  return new DataDirError(dataDir, path && path !== dataDir ? `${reason} (${path})` : reason, error);
}

/**
 * Locks the directory until `release` or until this process ends in any way.
 * @returns nothing when another process has it.
 * @throws {DataDirError} where files cannot be made or locked.
 */
export function lockDataDir(dataDir: string): Lock | undefined {
  const path = join(dataDir, 'lock');
  try {
    return lockFile(path);
  } catch (error) {
    throw new DataDirError(dataDir, `the file ${path} cannot be locked (${(error as Error).message})`, error);
  }
}
