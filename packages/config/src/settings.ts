/** Schemas of settings that several apps share, so that a port is a port everywhere. */
import { z } from 'zod';

const integer = (what: string, min: number, max: number) =>
  z.coerce
    .number(`must be ${what}`)
    .int(`must be ${what}`)
    .min(min, `must be ${what}`)
    .max(max, `must be ${what}`);

/** 0 lets the system choose one. */
export const port = () => integer('a port number from 0 to 65535', 0, 65_535);
/** A duration in milliseconds, at most an hour. */
export const milliseconds = () => integer('a number of milliseconds from 0 to 3600000', 0, 3_600_000);
export const count = (max = 1_000_000) => integer(`a whole number from 1 to ${max}`, 1, max);
/** An address to listen on. */
export const host = () => z.string().min(1);
export const httpUrl = () => z.url({ protocol: /^http$/, error: 'must be an http:// URL' });
export const logLevel = () =>
  z.enum(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    'must be one of fatal, error, warn, info, debug, trace',
  );
