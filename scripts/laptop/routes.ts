/** The ambassadors' routes, from the cluster's own files: the same paths and fallbacks, with other addresses. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readPublicPaths } from '../support/services.ts';

/** What an ambassador reads from its ROUTES_FILE. The laptop mode changes no other setting. */
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

/** Opens above this share of failures, which means never. */
const noBreaker = { errorThresholdPercentage: 100 };

/**
 * The routes of the Ingress. Like the Ingress, the front door has neither fallbacks nor breakers: clients see when a
 * service is down, and see at once when it is back.
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

/** A service's routes to the others. */
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
