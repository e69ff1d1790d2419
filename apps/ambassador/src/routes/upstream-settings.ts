import { z } from 'zod';

const integer = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
};
const milliseconds = (min = 1) => integer(min, 3_600_000).optional();

/** An http:// origin and nothing else: the path always is the client's own. */
const origin = z
  .url({ protocol: /^http$/, error: 'must be an http:// URL' })
  .refine(
    (text) => /^[a-z]+:\/\/[^/?#@]+\/?$/i.test(text),
    'must be an origin only, such as http://user:3000',
  )
  .transform((text) => new URL(text).origin);

/** What a route may state about its upstream; the rest is the defaults below. */
export const upstreamFields = {
  upstream: origin,
  timeouts: z
    .strictObject({
      /** Name resolution and TCP handshake. */
      connectMs: milliseconds(),
      /** From the end of the request to the response's header section. */
      timeToFirstByteMs: milliseconds(),
      /** Between two pieces of a body, in either direction. */
      idleMs: milliseconds(),
      /** How long a pooled connection may lie idle: less than the upstream's own keep-alive time-out. */
      keepAliveMs: milliseconds(),
    })
    .optional(),
  /** Calls and upgraded connections at a time; one more is answered 503 at once. */
  maxConcurrent: integer(1, 100_000).optional(),
  breaker: z
    .strictObject({
      /** Opens above this share of failures among all calls of the window. */
      errorThresholdPercentage: integer(0, 100).optional(),
      /** Never opens on fewer calls in the window than this. */
      volumeThreshold: integer(1, 1_000_000).optional(),
      rollingWindowMs: milliseconds(100),
      /** From the opening to the half-open trial. */
      resetTimeoutMs: milliseconds(),
    })
    .optional(),
};

/** All that the routes to one upstream share. */
export interface UpstreamSettings {
  /** `http://user:3000`; also the upstream's name in logs and metrics. */
  readonly origin: string;
  /** The Host it is called by: `user:3000`. */
  readonly host: string;
  readonly maxConcurrent: number;
  readonly timeouts: {
    readonly connectMs: number;
    readonly timeToFirstByteMs: number;
    readonly idleMs: number;
    readonly keepAliveMs: number;
  };
  readonly breaker: {
    readonly errorThresholdPercentage: number;
    readonly volumeThreshold: number;
    readonly rollingWindowMs: number;
    readonly resetTimeoutMs: number;
  };
}

/** Together shorter than what the shop's own callers wait (3 s); Node's servers keep idle connections for 5 s. */
export const upstreamDefaults: Omit<UpstreamSettings, 'origin' | 'host'> = {
  maxConcurrent: 256,
  timeouts: { connectMs: 500, timeToFirstByteMs: 2000, idleMs: 10_000, keepAliveMs: 4000 },
  breaker: {
    errorThresholdPercentage: 50,
    volumeThreshold: 10,
    rollingWindowMs: 10_000,
    resetTimeoutMs: 5000,
  },
};
