/** The ambassadors' routes, from the cluster's own files: the same paths and static fallbacks, other addresses. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readPublicPaths } from '../support/services.ts';

/** What an ambassador reads from its ROUTES_FILE; of its other settings this mode changes nothing. */
export interface RoutesFile {
  readonly routes: readonly (Readonly<Record<string, unknown>> & {
    readonly prefix: string;
    readonly upstream: string;
    readonly fallback?: string;
  })[];
}

/** Where each service of the cluster is on this machine. */
export type Upstreams = Readonly<Record<string, string>>;

const k8s = fileURLToPath(new URL('../../k8s/', import.meta.url));
const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));

function addressOf(service: string, upstreams: Upstreams): string {
  const address = upstreams[service];
  if (address === undefined)
    throw new Error(`k8s/ has a route to ${service}, which the laptop mode does not run`);
  return address;
}

/** Opens above this share of failures: never. */
const noBreaker = { errorThresholdPercentage: 100 };

/**
 * What the Ingress does in the cluster. Like it, the front door has neither static fallbacks nor breakers: its clients
 * see when a service is down, and at once when it is back.
 */
export function frontDoorRoutes(upstreams: Upstreams): RoutesFile {
  return {
    routes: readPublicPaths().map(({ path, exact, service }) => ({
      prefix: path,
      ...(exact ? { exact } : {}),
      upstream: addressOf(service, upstreams),
      breaker: noBreaker,
    })),
  };
}

/** The way of a service to the others. */
export function neighbourRoutes(service: string, upstreams: Upstreams): RoutesFile {
  const path = resolve(k8s, 'base', service, 'routes.yaml');
  const { routes } = read(path) as RoutesFile;
  return {
    routes: routes.map((route) => ({
      ...route,
      upstream: addressOf(new URL(route.upstream).hostname, upstreams),
      ...(route.fallback === undefined ? {} : { fallback: resolve(dirname(path), route.fallback) }),
    })),
  };
}
