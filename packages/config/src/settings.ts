/** Schemas of settings that several apps share, so that a port is a port everywhere. */
import { z } from 'zod';

/** Decimal digits, as in a variable, or a number, as in a YAML file. Nothing else counts as a number. */
function integer(what: string, min: number, max: number) {
  const message = `must be ${what}`;
  const digits = z
    .string()
    .regex(/^[0-9]+$/)
    .transform(Number);
  return z.union([z.number(), digits], message).pipe(z.int(message).min(min, message).max(max, message));
}

/** 0 lets the system choose one. */
export const port = () => integer('a port number from 0 to 65535', 0, 65_535);
/** A duration in milliseconds, at most an hour. */
export const milliseconds = () => integer('a number of milliseconds from 0 to 3600000', 0, 3_600_000);
/** A size in bytes. */
export const bytes = (min: number, max: number) =>
  integer(`a number of bytes from ${min} to ${max}`, min, max);
export const count = (max = 1_000_000) => integer(`a whole number from 1 to ${max}`, 1, max);
/** An address to listen on. */
export const host = () => z.string().min(1);
export const httpUrl = () => z.url({ protocol: /^http$/, error: 'must be an http:// URL' });
export const logLevel = () =>
  z.enum(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    'must be one of fatal, error, warn, info, debug, trace',
  );
