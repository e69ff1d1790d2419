/** The routes file: which path goes to which upstream. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const integer = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
};
const milliseconds = (min = 1) => integer(min, 3_600_000).optional();

/** An http:// origin without a path: the path is always the client's. */
const origin = z
  .url({ protocol: /^http$/, error: 'must be an http:// URL' })
  .refine(
    (text) => /^[a-z]+:\/\/[^/?#@]+\/?$/i.test(text),
    'must be an origin only, such as http://user:3000',
  )
  .transform((text) => new URL(text).origin);

/** What a route may set for its upstream; `routes.ts` has the defaults. */
const upstreamFields = {
  upstream: origin,
  timeouts: z
    .strictObject({
      /** Name resolution and TCP handshake. */
      connectMs: milliseconds(),
      /** From when the request is written out to the response's header section. */
      timeToFirstByteMs: milliseconds(),
      /** Between two pieces of a body, in either direction. */
      idleMs: milliseconds(),
      /** How long a pooled connection may lie idle: less than the upstream's own keep-alive time-out. */
      keepAliveMs: milliseconds(),
    })
    .optional(),
  /** Exchanges and upgraded connections at the same time; the next one gets 503 at once. */
  maxConcurrent: integer(1, 100_000).optional(),
  breaker: z
    .strictObject({
      /** Opens above this share of failures among all requests of the window. */
      errorThresholdPercentage: integer(0, 100).optional(),
      /** Never opens on fewer requests in the window than this. */
      volumeThreshold: integer(1, 1_000_000).optional(),
      rollingWindowMs: milliseconds(100),
      /** From the opening to the half-open trial. */
      resetTimeoutMs: milliseconds(),
    })
    .optional(),
};

const prefix = z
  .string()
  .regex(
    /^(\/|(\/(?!\.{1,2}(\/|$))[\w.~!$&'()*+,=:@-]+)+)$/,
    'must be / or a path such as /user: no trailing slash, nothing encoded, no dot segments',
  );

/** A fallback, read once. It is a whole JSON document, because clients parse it when everything else has failed. */
const fallback = (folder: string) =>
  z
    .string()
    .min(1)
    .transform((name, context): Buffer => {
      const path = resolve(folder, name);
      let content: Buffer;
      try {
        content = readFileSync(path);
      } catch (error) {
        context.addIssue(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
        return z.NEVER;
      }
      try {
        JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
        return content;
      } catch {
        context.addIssue(`${path} is not a whole JSON document in UTF-8`);
        return z.NEVER;
      }
    });

/** @param folder fallbacks' paths are relative to it. */
export const routesSchema = (folder: string) =>
  z.strictObject({
    routes: z
      .array(
        z.strictObject({
          prefix,
          /** Only this path, none below it. */
          exact: z.literal(true).optional(),
          ...upstreamFields,
          fallback: fallback(folder).optional(),
        }),
      )
      .min(1, 'must have at least one route')
      // Runs even when single entries are invalid, so that one start reports every problem of the file.
      .superRefine(
        (routes, context) => {
          for (const { path, message } of [...repeatedPrefixes(routes), ...contradictions(routes)])
            context.addIssue({ code: 'custom', path, message });
        },
        { when: ({ value }) => Array.isArray(value) },
      ),
  });
export type RouteEntry = z.output<ReturnType<typeof routesSchema>>['routes'][number];

interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

function* repeatedPrefixes(routes: readonly Partial<RouteEntry>[]): Iterable<Problem> {
  const first = new Map<unknown, number>();
  for (const [index, route] of routes.entries()) {
    if (typeof route?.prefix !== 'string') continue;
    const earlier = first.get(route.prefix);
    if (earlier === undefined) first.set(route.prefix, index);
    else yield { path: [index, 'prefix'], message: `${route.prefix} is already that of routes.${earlier}` };
  }
}

/** Routes to one upstream share its pool and breaker, so their settings must not differ. */
function* contradictions(routes: readonly Partial<RouteEntry>[]): Iterable<Problem> {
  const stated = new Map<string, { readonly value: unknown; readonly index: number }>();
  for (const [index, route] of routes.entries()) {
    if (typeof route?.upstream !== 'string') continue;
    for (const [path, value] of statements(route)) {
      const key = [route.upstream, ...path].join(' ');
      const earlier = stated.get(key);
      if (earlier === undefined) stated.set(key, { value, index });
      else if (earlier.value !== value)
        yield {
          path: [index, ...path],
          message: `contradicts routes.${earlier.index}, which shares the upstream ${route.upstream}`,
        };
    }
  }
}

function* statements(route: Partial<RouteEntry>): Iterable<readonly [string[], unknown]> {
  if (route.maxConcurrent !== undefined) yield [['maxConcurrent'], route.maxConcurrent];
  for (const group of ['timeouts', 'breaker'] as const)
    for (const [name, value] of Object.entries(route[group] ?? {}))
      if (value !== undefined) yield [[group, name], value];
}
