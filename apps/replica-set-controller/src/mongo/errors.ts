import { MongoServerError } from 'mongodb';

/** Of https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
export const codes = {
  unauthorized: 13,
  authenticationFailed: 18,
  alreadyInitialized: 23,
  userExists: 51_003,
  roleExists: 51_002,
} as const;

export function hasCode(error: unknown, ...wanted: number[]): boolean {
  return error instanceof MongoServerError && wanted.some((code) => code === error.code);
}

/** An error in one line, without credentials: messages of the driver may quote a connection string. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const name = error instanceof MongoServerError && error.codeName ? `${error.codeName}: ` : '';
  return `${name}${error.message.replace(/\/\/[^\s/@]*@/g, '//[redacted]@')}`;
}
