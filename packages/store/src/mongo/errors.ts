import {
  MongoClientClosedError,
  MongoError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { DuplicateError, StoreUnavailableError } from '../port.ts';
import { UNIQUE } from './documents.ts';

/** Errors of the driver that mean: no connection, no primary, no time, or a client that is being closed. */
const UNAVAILABLE = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoServerClosedError,
  MongoTopologyClosedError,
  MongoNotConnectedError,
  MongoClientClosedError,
  MongoExpiredSessionError,
  // Written, but perhaps not on a majority (also after a time-out, code 64): it must never count as a success.
  MongoWriteConcernError,
];

/** The same for the driver's connection pool, which does not export its errors. */
const UNAVAILABLE_NAMES = new Set(['MongoPoolClosedError', 'MongoWaitQueueTimeoutError']);

/** Codes of https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml that mean "not now". */
const UNAVAILABLE_CODES = new Set<unknown>([
  6, // HostUnreachable
  7, // HostNotFound
  13, // Unauthorized: like the next, until the database's set-up has made its users
  18, // AuthenticationFailed
  24, // LockTimeout
  50, // MaxTimeMSExpired
  89, // NetworkTimeout
  91, // ShutdownInProgress
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  262, // ExceededTimeLimit
  9001, // SocketException
  10058, // LegacyNotPrimary
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  14031, // OutOfDiskSpace
]);

/** Node's codes for a socket that the server has just closed: the driver passes the error of its write on unchanged. */
const SOCKET_CODES = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

const DUPLICATE_KEY = 11_000;

export function isDuplicateKey(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Whether the database could not respond. False when it has refused the request. */
export function isUnavailable(error: unknown): boolean {
  if (UNAVAILABLE.some((type) => error instanceof type)) return true;
  if (error instanceof MongoError && UNAVAILABLE_NAMES.has(error.name)) return true;
  if (!(error instanceof MongoError))
    return SOCKET_CODES.has((error as NodeJS.ErrnoException | undefined)?.code);
  if (!(error instanceof MongoServerError)) return false;
  return UNAVAILABLE_CODES.has(error.code) || error.hasErrorLabel('SystemOverloadedError');
}

/** @returns the error of the port that `error` stands for; `error` itself when it stands for none. */
export function toPortError(error: unknown): unknown {
  // Without the cause: the server's message quotes the value, which may be personal.
  if (isDuplicateKey(error)) return new DuplicateError(duplicateField(error));
  if (!isUnavailable(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnavailableError(`the database cannot answer now: ${reason}`, { cause: error });
}

function duplicateField(error: MongoServerError): string {
  const [path = 'id'] = Object.keys((error['keyPattern'] as object | undefined) ?? {});
  return path === '_id' ? 'id' : path.replace(`${UNIQUE}.`, '');
}
