import { HttpProblem, problemResponse } from '@shop/http-errors';
import type { Lifecycle } from '@shop/lifecycle';
import { runInContext, type Logger } from '@shop/logging';
import type { Exchange, FailureReason } from './exchange.ts';
import type { Metrics } from './metrics.ts';
import { failureProblem, fallbackResponse, send, type OwnResponse } from './own-response.ts';
import type { Pass } from './passes.ts';
import { relay } from './relay.ts';
import type { Route } from './routes.ts';
import type { Tunnels } from './tunnel.ts';
import type { UpstreamResponse } from './upstream/attempt.ts';
import { ClientFailure, UpstreamFailure } from './upstream/failure.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface ForwarderOptions {
  readonly passes: readonly Pass[];
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly tunnels: Tunnels;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

/**
 * Failures without an attempt are logged at debug only: there may be thousands a second, and their cause is logged when
 * the circuit opens.
 */
const notAttempted: ReadonlySet<FailureReason> = new Set(['circuit-open', 'overloaded']);
/** A response that is not passed on is read to its end only up to this size: beyond it a new connection is cheaper. */
const worthReading = 65_536;

/**
 * Handles a request: sends it through the passes and to its upstream. The client gets the upstream's response, the
 * route's fallback, or a problem.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  handle(exchange: Exchange): void {
    try {
      for (const pass of this.#options.passes) {
        const result = pass(exchange);
        if (result) return this.#respond(exchange, result);
      }
    } catch (error) {
      return this.#crash(exchange, error);
    }
    this.#forward(exchange).catch((error: unknown) => this.#crash(exchange, error));
  }

  /** The response is complete, or the client has left. */
  ended(exchange: Exchange): void {
    const { metrics, logger } = this.#options;
    const { request, response, outcome, path, context, trail } = exchange;
    metrics.exchangeEnded(exchange, response.headersSent ? response.statusCode : 0);
    const level = trail ? 'info' : 'debug';
    if (!logger.isLevelEnabled(level)) return;
    const { method } = request;
    const { statusCode: status } = response;
    const durationMs = Math.round((performance.now() - exchange.startedAt) * 10) / 10;
    const { breaker, reason, attempts } = trail ?? {};
    runInContext(context, () =>
      logger[level]({ method, path, outcome, status, durationMs, reason, breaker, attempts }, 'done'),
    );
  }

  async #forward(exchange: Exchange): Promise<void> {
    const { origin } = (exchange.route as Route).upstream;
    const upstream = this.#options.upstreams.get(origin) as Upstream;
    try {
      const response = await upstream.send(exchange);
      if (response.failure) return this.#fail(exchange, upstream, response.failure, response);
      exchange.outcome = 'answered';
      this.#passOn(exchange, response);
    } catch (error) {
      if (error instanceof UpstreamFailure) this.#fail(exchange, upstream, error);
      else if (error instanceof ClientFailure) this.#refuse(exchange, error);
      else throw error;
    }
  }

  #passOn(exchange: Exchange, response: UpstreamResponse): void {
    const { idleMs } = (exchange.route as Route).upstream.timeouts;
    if (response.switched) {
      exchange.outcome = 'upgraded';
      return this.#options.tunnels.open(exchange, response.message, response.switched, idleMs);
    }
    if (exchange.upgrade) serveConnection(exchange);
    relay(exchange, response, {
      idleMs,
      draining: this.#draining,
      onCut: (why) => {
        exchange.outcome = 'cut';
        this.#log(exchange, 'warn', { err: why }, 'a response was cut in mid-body');
      },
    });
  }

  /** @param response the upstream's own, where there is one: it says more than a problem document of the ambassador. */
  #fail(exchange: Exchange, upstream: Upstream, failure: UpstreamFailure, response?: UpstreamResponse): void {
    const { metrics } = this.#options;
    const { prefix, fallback } = exchange.route as Route;
    const { reason } = failure;
    if (exchange.trail) exchange.trail.reason = reason;
    const cause = (failure.cause as NodeJS.ErrnoException | undefined)?.code;
    this.#log(exchange, notAttempted.has(reason) ? 'debug' : 'warn', { reason, cause }, failure.message);
    if (exchange.ended) return response?.destroy();
    if (fallback && exchange.isRetryableRead) {
      if (response) discard(response, upstream.settings.timeouts.idleMs);
      exchange.outcome = 'fallback';
      upstream.countFallback();
      metrics.fallbackServed(prefix, reason);
      return this.#respond(exchange, fallbackResponse(fallback, reason));
    }
    exchange.outcome = reason;
    if (response) return this.#passOn(exchange, response);
    this.#respond(exchange, failureProblem(failure));
  }

  /** A client that has left needs no response; one that is too slow gets 408. */
  #refuse(exchange: Exchange, failure: ClientFailure): void {
    if (exchange.ended || !failure.timedOut) return;
    exchange.outcome = 'refused';
    const headers = { connection: 'close' };
    this.#respond(exchange, new HttpProblem('request-timeout', failure.message, { headers }));
  }

  #respond(exchange: Exchange, result: HttpProblem | OwnResponse): void {
    const own = result instanceof HttpProblem ? problemResponse(result, exchange.context.requestId) : result;
    send(exchange, own, this.#draining);
  }

  /** A defect of this program costs one request, not the process. */
  #crash(exchange: Exchange, error: unknown): void {
    runInContext(exchange.context, () =>
      this.#options.logger.error({ err: error }, 'a request failed unexpectedly'),
    );
    exchange.inProgress?.destroy();
    try {
      this.#respond(
        exchange,
        new HttpProblem('internal-error', 'The ambassador could not handle this request.'),
      );
    } catch {
      exchange.request.socket.destroy();
    }
  }

  get #draining(): boolean {
    return this.#options.lifecycle.phase === 'draining';
  }

  #log(exchange: Exchange, level: 'warn' | 'debug', fields: object, message: string): void {
    const { logger } = this.#options;
    if (!logger.isLevelEnabled(level)) return;
    const { method } = exchange.request;
    const { prefix, upstream } = exchange.route as Route;
    runInContext(exchange.context, () =>
      logger[level](
        { method, path: exchange.path, route: prefix, upstream: upstream.origin, ...fields },
        message,
      ),
    );
  }
}

/**
 * Serves a connection that Node has handed to us, for the response to a refused upgrade. Node no longer reads it, so it
 * would not notice that the client leaves. And Node no longer emits `drain` on the response, so a large one would stop.
 */
function serveConnection({ request: { socket }, response }: Exchange): void {
  socket.on('drain', () => {
    if (!response.writableNeedDrain) return;
    response.detachSocket(socket);
    response.assignSocket(socket);
  });
  if (socket.readableEnded) socket.destroy();
  // What the client still sends belongs to the protocol that it did not get.
  else socket.once('end', () => socket.destroy()).resume();
}

/**
 * Reads a response that is not passed on to its end, so that its connection can be used again.
 * @param deadlineMs for all of it: until it ends it holds a permit and a connection
 */
function discard(response: UpstreamResponse, deadlineMs: number): void {
  const { message } = response;
  if (!message.complete && !(Number(message.headers['content-length']) <= worthReading))
    return response.destroy();
  const deadline = setTimeout(() => response.destroy(), deadlineMs);
  message.once('close', () => clearTimeout(deadline)).resume();
}
