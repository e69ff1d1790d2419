import { dirname } from 'node:path';
import { readConfigFile } from '@shop/config/file';
import { routesSchema, type RouteEntry } from './routes-file.ts';

export interface Route {
  /** `/` or a path without a trailing slash; also the route's name in metrics. */
  readonly prefix: string;
  /** Only this path, none below it. */
  readonly exact?: true;
  /** The same object for every route to the same upstream. */
  readonly upstream: UpstreamSettings;
  /** A whole JSON document. */
  readonly fallback?: Buffer;
}

/** All that the routes to one upstream share. */
export interface UpstreamSettings {
  /** `http://user:3000`; also the upstream's name in logs and metrics. */
  readonly origin: string;
  /** The Host header field for it: `user:3000`. */
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

/** In total shorter than the shop's own callers wait (3 s). Node's servers keep idle connections for 5 s. */
const upstreamDefaults: Omit<UpstreamSettings, 'origin' | 'host'> = {
  maxConcurrent: 256,
  timeouts: { connectMs: 500, timeToFirstByteMs: 2000, idleMs: 10_000, keepAliveMs: 4000 },
  breaker: {
    errorThresholdPercentage: 50,
    volumeThreshold: 10,
    rollingWindowMs: 10_000,
    resetTimeoutMs: 5000,
  },
};

/**
 * The routes of a file, longest prefix first.
 * @throws {ConfigError} that names every problem of the file and of the fallbacks it points at.
 */
export function readRoutes(path: string): readonly Route[] {
  return toRoutes(readConfigFile(routesSchema(dirname(path)), path).routes);
}

/** Merges what the routes of each upstream state with the defaults. */
export function toRoutes(entries: readonly RouteEntry[]): readonly Route[] {
  const upstreams = new Map<string, UpstreamSettings>();
  for (const { upstream, maxConcurrent, timeouts, breaker } of entries) {
    const known = upstreams.get(upstream) ?? upstreamDefaults;
    upstreams.set(upstream, {
      origin: upstream,
      host: new URL(upstream).host,
      maxConcurrent: maxConcurrent ?? known.maxConcurrent,
      timeouts: { ...known.timeouts, ...timeouts } as UpstreamSettings['timeouts'],
      breaker: { ...known.breaker, ...breaker } as UpstreamSettings['breaker'],
    });
  }
  return entries
    .map(({ prefix, exact, upstream, fallback }) => ({
      prefix,
      ...(exact && { exact }),
      upstream: upstreams.get(upstream) as UpstreamSettings,
      ...(fallback && { fallback }),
    }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
}
