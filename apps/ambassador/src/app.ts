import type { Server } from 'node:http';
import { HttpProblem, problemResponse } from '@shop/http-errors';
import { closeGracefully, type Lifecycle } from '@shop/lifecycle';
import { runInContext, type Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { AmbassadorConfig } from './config.ts';
import type { Exchange } from './exchange.ts';
import { Forwarder } from './forward.ts';
import { createMetrics } from './metrics.ts';
import { send, type OwnResponse } from './own-response.ts';
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
  /** Not listening yet. */
  readonly server: Server;
  /** One entry an upstream. */
  readonly breakers: () => BreakerStatus[];
  /** Connects once to each upstream, so that the first request to it does not wait for what a first connection takes. */
  readonly warmUp: () => void;
  /** Stops listening, lets exchanges end, closes upgraded connections in stages, closes the pools. */
  readonly close: () => Promise<void>;
}

/** Builds the whole ambassador; nothing is listened to or connected to yet. */
export function createAmbassador(options: AmbassadorOptions): Ambassador {
  const { config, routes, logger, registry, lifecycle } = options;
  const upstreams = new Map<string, Upstream>();
  const metrics = createMetrics(registry, () =>
    [...upstreams.values()].map(({ name, inFlight }) => [name, inFlight]),
  );
  const events = {
    retried: ({ name }: Upstream) => metrics.retried(name),
    breakerChanged(upstream: Upstream, state: BreakerStatus['state']) {
      metrics.breakerChanged(upstream.name, state, true);
      const { counts, nextTrialAt } = upstream.status();
      logger[state === 'open' ? 'warn' : 'info'](
        { upstream: upstream.name, counts, nextTrialAt },
        `circuit ${state}`,
      );
    },
  };
  for (const { upstream } of routes) {
    if (upstreams.has(upstream.origin)) continue;
    upstreams.set(upstream.origin, new Upstream(upstream, events));
    metrics.breakerChanged(upstream.origin, 'closed', false);
  }

  const draining = (): boolean => lifecycle.phase === 'draining';
  const passes = createPasses(config, routes);
  const tunnels = new Tunnels();
  const forwarder = new Forwarder({ upstreams, tunnels, metrics, logger, draining });

  /** A request on its way: through the passes, then to its upstream. */
  function handle(exchange: Exchange): void {
    try {
      for (const pass of passes) {
        const result = pass(exchange);
        if (result) return respond(exchange, result);
      }
    } catch (error) {
      return crash(exchange, error);
    }
    forwarder.forward(exchange).catch((error: unknown) => crash(exchange, error));
  }

  function respond(exchange: Exchange, result: HttpProblem | OwnResponse): void {
    const own = result instanceof HttpProblem ? problemResponse(result, exchange.context.requestId) : result;
    send(exchange, own, draining());
  }

  /** A defect of this program costs one request, not the process. */
  function crash(exchange: Exchange, error: unknown): void {
    runInContext(exchange.context, () => logger.error({ err: error }, 'a request failed unexpectedly'));
    exchange.inProgress?.destroy();
    try {
      respond(exchange, new HttpProblem('internal-error', 'The ambassador could not handle this request.'));
    } catch {
      exchange.request.socket.destroy();
    }
  }

  function ended(exchange: Exchange): void {
    const { request, response, outcome, path } = exchange;
    metrics.exchangeEnded(exchange, response.headersSent ? response.statusCode : 0);
    if (!logger.isLevelEnabled('debug')) return;
    const { method } = request;
    runInContext(exchange.context, () =>
      logger.debug({ method, path, outcome, status: response.statusCode }, 'done'),
    );
  }

  const server = new AmbassadorServer({ limits: config, logger, handle, ended });
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
