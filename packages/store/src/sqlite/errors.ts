import { StoreUnavailableError } from '../port.ts';

/** Primary result codes of https://www.sqlite.org/rescode.html that mean "not now", and not "wrong statement". */
const UNAVAILABLE = new Map([
  [3, 'PERM'],
  [5, 'BUSY'],
  [6, 'LOCKED'],
  [8, 'READONLY'],
  [10, 'IOERR'],
  [11, 'CORRUPT'],
  [13, 'FULL'],
  [14, 'CANTOPEN'],
  [15, 'PROTOCOL'],
  [26, 'NOTADB'],
]);

/**
 * Codes after which the connection is still usable: another process has the lock, or there is no room for this write.
 */
const PASSING = new Set(['BUSY', 'LOCKED', 'FULL']);

interface SqliteError {
  readonly message: string;
  /** Extended result code. */
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return typeof error === 'object' && error !== null && 'errcode' in error && 'message' in error;
}

/** Whether a UNIQUE index or a primary key refused the row (SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY). */
export function isConstraint(error: unknown): boolean {
  return isSqliteError(error) && [2067, 1555].includes(error.errcode);
}

/** Whether the file should be closed and opened before it is used again. */
export function isBroken(error: unknown): boolean {
  if (!isSqliteError(error)) return false;
  const name = UNAVAILABLE.get(error.errcode & 0xff);
  return name !== undefined && !PASSING.has(name);
}

/** @returns the error of the port that `error` stands for; `error` itself when it stands for none. */
export function toPortError(error: unknown): unknown {
  if (!isSqliteError(error)) return error;
  // Extended codes keep the primary one in their lowest byte.
  const name = UNAVAILABLE.get(error.errcode & 0xff);
  if (name === undefined) return error;
  return new StoreUnavailableError(`the database file cannot be used now: ${name}: ${error.message}`, {
    cause: error,
  });
}
