import type { Server } from 'node:http';
import { closeGracefully, type Lifecycle } from '@shop/lifecycle';
import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { AmbassadorConfig } from './config.ts';
import { Forwarder } from './forward.ts';
import { createMetrics } from './metrics.ts';
import { createPasses } from './passes.ts';
import type { Route } from './routes.ts';
import { AmbassadorServer } from './server.ts';
import { Tunnels } from './tunnel.ts';
import type { BreakerStatus } from './upstream/breaker.ts';
import { Upstream } from './upstream/upstream.ts';

export interface AmbassadorOptions {
  readonly config: Pick<
    AmbassadorConfig,
    'forwarded' | 'maxHeaderBytes' | 'headersTimeoutMs' | 'keepAliveTimeoutMs' | 'sendTimeoutMs'
  >;
  /** Longest prefix first, as `readRoutes` gives them. */
  readonly routes: readonly Route[];
  readonly logger: Logger;
  readonly registry: Registry;
  readonly lifecycle: Lifecycle;
}

export interface Ambassador {
  /** It does not listen yet. */
  readonly server: Server;
  /** One entry for each upstream. */
  readonly breakers: () => BreakerStatus[];
  /** Connects once to each upstream, so that the first request does not wait for a new connection. */
  readonly warmUp: () => void;
  /** Stops listening, lets exchanges end, closes upgraded connections in stages, closes the pools. */
  readonly close: () => Promise<void>;
}

/** Builds the whole ambassador. It does not listen or connect yet. */
export function createAmbassador(options: AmbassadorOptions): Ambassador {
  const { config, routes, logger, registry, lifecycle } = options;
  const upstreams = new Map<string, Upstream>();
  const metrics = createMetrics(registry, () =>
    [...upstreams.values()].map(({ name, inFlight }) => [name, inFlight]),
  );
  for (const { upstream } of routes)
    if (!upstreams.has(upstream.origin))
      upstreams.set(upstream.origin, new Upstream(upstream, metrics, logger));

  const passes = createPasses(config, routes);
  const tunnels = new Tunnels();
  const forwarder = new Forwarder({ passes, upstreams, tunnels, metrics, logger, lifecycle });
  const server = new AmbassadorServer({ limits: config, logger, forwarder });
  return {
    server: server.http,
    breakers: () => [...upstreams.values()].map((upstream) => upstream.status()),
    warmUp() {
      for (const upstream of upstreams.values()) upstream.warmUp();
    },
    async close() {
      const sweep = setTimeout(() => server.dropUnused(), 500);
      tunnels.close();
      await closeGracefully(server.http).finally(() => clearTimeout(sweep));
      for (const upstream of upstreams.values()) upstream.close();
    },
  };
}
