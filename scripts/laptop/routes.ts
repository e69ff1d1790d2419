/** The ambassadors' routes files: the cluster's, with upstreams on this machine. */

interface Route {
  readonly prefix: string;
  readonly upstream: string;
  readonly fallback?: string;
}
export interface RoutesFile {
  readonly routes: readonly Route[];
}

/** What the Ingress does in the cluster: both services, and no fallback, as clients are to see the truth. */
export function frontDoorRoutes(upstreams: Readonly<Record<'user' | 'product', string>>): RoutesFile {
  return {
    routes: [
      { prefix: '/user', upstream: upstreams.user },
      { prefix: '/product', upstream: upstreams.product },
    ],
  };
}

/** One service's way to the other. */
export function neighbourRoutes(neighbour: 'user' | 'product', upstream: string): RoutesFile {
  return { routes: [{ prefix: `/${neighbour}`, upstream }] };
}
