/** The routes file: which path goes to which upstream. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { upstreamFields } from './upstream-settings.ts';

const prefix = z
  .string()
  .regex(
    /^(\/|(\/(?!\.{1,2}(\/|$))[\w.~!$&'()*+,=:@-]+)+)$/,
    'must be / or a path such as /user: no trailing slash, nothing encoded, no dot segments',
  );

/** A static answer, read once: a whole JSON document, because clients will parse it when all else has failed. */
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

/** @param folder what fallbacks' paths are relative to. */
export const routesSchema = (folder: string) =>
  z.strictObject({
    routes: z
      .array(z.strictObject({ prefix, ...upstreamFields, fallback: fallback(folder).optional() }))
      .min(1, 'must have at least one route')
      // Checked even where single entries are wrong, so that one start shows every problem of the file.
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

/** Routes to one upstream share its pool and breaker, so two of them cannot want different ones. */
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
