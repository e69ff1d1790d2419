import { HttpProblem } from '@shop/http-errors';
import { runInContext, type Logger } from '@shop/logging';
import type { Exchange } from '../exchange.ts';
import type { Metrics } from '../metrics.ts';
import type { FailureReason } from '../outcome.ts';
import type { Route } from '../routes/table.ts';
import { CallFailure, ClientFailure } from '../upstream/failure.ts';
import type { Reply } from '../upstream/reply.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { problemAnswer, send } from './answer.ts';
import { failureProblem, fallbackAnswer } from './failure-answer.ts';
import { relay } from './relay.ts';
import type { Tunnels } from './tunnel.ts';

export interface CallOptions {
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly tunnels: Tunnels;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly draining: () => boolean;
}

/** Failures without a call: their cause is logged where the circuit opened, and there may be thousands a second. */
const notCalled: ReadonlySet<FailureReason> = new Set(['circuit-open', 'overloaded']);
/** A response that is not passed on is read to its end only if that is cheaper than a new connection. */
const worthReading = 65_536;

/** What comes after the passes: the call to the upstream, and its answer, or what stands for it, to the client. */
export class Call {
  readonly #options: CallOptions;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  async run(exchange: Exchange): Promise<void> {
    const route = exchange.route as Route;
    const upstream = this.#options.upstreams.get(route.upstream.origin) as Upstream;
    try {
      const reply = await upstream.call(exchange);
      exchange.outcome = 'answered';
      this.#pass(exchange, reply);
    } catch (error) {
      if (error instanceof CallFailure) this.#fail(exchange, route, upstream, error);
      else if (error instanceof ClientFailure) this.#refuse(exchange, error);
      else throw error;
    }
  }

  #pass(exchange: Exchange, reply: Reply): void {
    const { idleMs } = (exchange.route as Route).upstream.timeouts;
    if (reply.tunnel) {
      exchange.outcome = 'upgraded';
      return this.#options.tunnels.open(exchange, reply.message, reply.tunnel, idleMs);
    }
    if (exchange.upgrade) serveConnection(exchange);
    relay(exchange, reply, {
      idleMs,
      draining: this.#options.draining(),
      onCut: (why) => {
        exchange.outcome = 'cut';
        this.#log(exchange, 'warn', { err: why }, 'a response was cut in mid-body');
      },
    });
  }

  #fail(exchange: Exchange, route: Route, upstream: Upstream, failure: CallFailure): void {
    const { metrics, draining } = this.#options;
    const { reason, reply } = failure;
    const cause = (failure.cause as NodeJS.ErrnoException | undefined)?.code;
    this.#log(exchange, notCalled.has(reason) ? 'debug' : 'warn', { reason, cause }, failure.message);
    if (exchange.ended) return reply?.destroy();
    if (route.fallback && exchange.plainRead) {
      if (reply) discard(reply, route.upstream.timeouts.idleMs);
      exchange.outcome = 'fallback';
      upstream.countFallback();
      metrics.fallbackServed(route.prefix, reason);
      return send(exchange, fallbackAnswer(route.fallback, reason), draining());
    }
    exchange.outcome = reason;
    if (reply) return this.#passFailed(exchange, route, upstream, reply);
    send(exchange, problemAnswer(failureProblem(failure), exchange.context.requestId), draining());
  }

  /** An upstream's own 5xx says more than any problem document from here. */
  #passFailed(exchange: Exchange, route: Route, upstream: Upstream, reply: Reply): void {
    try {
      this.#pass(exchange, reply);
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      this.#fail(exchange, route, upstream, error);
    }
  }

  /** The client is gone and needs no answer, or it is too slow and gets 408. */
  #refuse(exchange: Exchange, failure: ClientFailure): void {
    if (exchange.ended || !failure.timedOut) return;
    exchange.outcome = 'refused';
    const problem = new HttpProblem('request-timeout', failure.message, { headers: { connection: 'close' } });
    send(exchange, problemAnswer(problem, exchange.context.requestId), this.#options.draining());
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
 * A refused upgrade is answered on a connection that Node has left to us: Node no longer reads it, so that a client that
 * leaves would go unnoticed, and no longer tells the response when it can take more, so that a large one would stop.
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
function discard(reply: Reply, deadlineMs: number): void {
  const { message } = reply;
  if (!message.complete && !(Number(message.headers['content-length']) <= worthReading))
    return reply.destroy();
  const deadline = setTimeout(() => reply.destroy(), deadlineMs);
  message.once('close', () => clearTimeout(deadline)).resume();
}
