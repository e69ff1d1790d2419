import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem } from '@shop/http-errors';
import { closeGracefully, type Lifecycle } from '@shop/lifecycle';
import { contextFromHeaders, runInContext, type Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { AmbassadorConfig } from './config.ts';
import { Connections } from './connections.ts';
import { Exchange } from './exchange.ts';
import { answerOnSocket, malformedProblem } from './malformed.ts';
import { createMetrics } from './metrics.ts';
import { createPasses } from './passes/index.ts';
import { problemAnswer, send, type Answer } from './respond/answer.ts';
import { Call } from './respond/call.ts';
import { closeInStages, dropInput, isDropped } from './respond/linger.ts';
import { Tunnels } from './respond/tunnel.ts';
import type { Route } from './routes/table.ts';
import { createHttpServer } from './server.ts';
import type { BreakerStatus } from './upstream/breaker.ts';
import { Upstream } from './upstream/upstream.ts';

export interface AmbassadorOptions {
  readonly config: Pick<
    AmbassadorConfig,
    'forwarded' | 'maxHeaderBytes' | 'headersTimeoutMs' | 'keepAliveTimeoutMs'
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
  /** Stops listening, lets calls under way end, says goodbye to upgraded connections, closes the pools. */
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
  const call = new Call({ upstreams, tunnels, metrics, logger, draining });
  const connections = new Connections();

  function begin(request: IncomingMessage, response: ServerResponse, kind: Kind = {}): Exchange {
    const context = contextFromHeaders(request.headers);
    const exchange = new Exchange({
      request,
      response,
      context,
      upgrade: false,
      expectsContinue: false,
      ...kind,
    });
    connections.begin(exchange);
    response.once('close', () => end(exchange));
    return exchange;
  }

  function end(exchange: Exchange): void {
    if (exchange.ended) return;
    exchange.ended = true;
    connections.end(exchange);
    const { response, request } = exchange;
    if (!response.writableFinished && exchange.outcome !== 'upgraded') {
      if (exchange.outcome !== 'cut') exchange.outcome = 'aborted';
      exchange.underway?.destroy();
    }
    metrics.exchangeEnded(exchange, response.headersSent ? response.statusCode : 0);
    if (!logger.isLevelEnabled('debug')) return;
    const { outcome, path } = exchange;
    const { method } = request;
    runInContext(exchange.context, () =>
      logger.debug({ method, path, outcome, status: response.statusCode }, 'done'),
    );
  }

  function handle(exchange: Exchange): void {
    const before = connections.blocking(exchange);
    if (before)
      return void before.response.once('close', () => exchange.response.destroyed || handle(exchange));
    try {
      for (const pass of passes) {
        const result = pass(exchange);
        if (result) return answer(exchange, result);
      }
    } catch (error) {
      return crash(exchange, error);
    }
    call.run(exchange).catch((error: unknown) => crash(exchange, error));
  }

  function answer(exchange: Exchange, result: HttpProblem | Answer): void {
    const whole = result instanceof HttpProblem ? problemAnswer(result, exchange.context.requestId) : result;
    send(exchange, whole, draining());
  }

  /** A defect of this program costs one request, not the process. */
  function crash(exchange: Exchange, error: unknown): void {
    runInContext(exchange.context, () => logger.error({ err: error }, 'a request failed unexpectedly'));
    exchange.underway?.destroy();
    try {
      answer(exchange, new HttpProblem('internal-error', 'The ambassador could not handle this request.'));
    } catch {
      exchange.request.socket.destroy();
    }
  }

  function malformed(error: NodeJS.ErrnoException, socket: Socket): void {
    if (isDropped(socket)) return;
    const context = contextFromHeaders({});
    const problem = malformedProblem(error);
    runInContext(context, () =>
      logger.debug({ code: error.code, status: problem.status }, 'malformed request'),
    );
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const unread = connections.unread(socket);
    // What was asked before is answered first: its client would take this for the response to it.
    const before = connections
      .under(socket)
      .findLast((exchange) => exchange !== unread && !exchange.response.writableFinished);
    const refuse = (): void => {
      if (!socket.writable) return;
      // The body of a request is malformed, and its response is complete, or on its way.
      if (unread?.response.writableEnded) return closeInStages(socket);
      if (unread?.response.headersSent) return void socket.destroy();
      if (unread) end(unread);
      answerOnSocket(socket, problem, context.requestId);
    };
    if (!before) return refuse();
    dropInput(socket);
    before.response.once('finish', refuse);
  }

  const server = createHttpServer(config, {
    connection: (socket) => connections.opened(socket, end),
    request: (request, response) => handle(begin(request, response)),
    expectation: (request, response) => {
      const exchange = begin(request, response, { expectsContinue: true });
      handle(exchange);
    },
    upgrade: (request, response, head) => {
      request.socket.unshift(head);
      handle(begin(request, response, { upgrade: true }));
    },
    connect: (request, response) => handle(begin(request, response)),
    lastResponse: (socket) => connections.under(socket).at(-1)?.response,
    malformed,
  });

  return {
    server,
    breakers: () => [...upstreams.values()].map((upstream) => upstream.status()),
    warmUp() {
      for (const upstream of upstreams.values()) upstream.warmUp();
    },
    async close() {
      const sweep = setTimeout(() => connections.dropUnused(), 500);
      tunnels.close();
      await closeGracefully(server).finally(() => clearTimeout(sweep));
      for (const upstream of upstreams.values()) upstream.close();
    },
  };
}

type Kind = { readonly upgrade?: true; readonly expectsContinue?: true };
