import type { IncomingMessage, InformationEvent, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestContext } from '@shop/logging';
import { hopByHop, namedByConnection } from './fields.ts';
import type { Route } from './routes.ts';
import { Trail } from './trail.ts';

/** Why an upstream gave no response that a client could use; also the value of `x-fallback-reason`. */
export type FailureReason = 'circuit-open' | 'timeout' | 'unreachable' | 'overloaded' | 'upstream-error';

/** How an exchange ended, as a label of metrics. */
export type Outcome =
  | FailureReason
  /** The upstream's own response, complete. */
  | 'answered'
  /** The fallback of the route. */
  | 'fallback'
  /** A protocol other than HTTP was agreed on. */
  | 'upgraded'
  /** The ambassador's own response: no route, or not a request that may be passed on. */
  | 'refused'
  /** The client left. */
  | 'aborted'
  /** The upstream broke off in mid-body, and so the response to the client was cut. */
  | 'cut';

/** What the server knows of a request before any pass. */
export interface ExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  /** The client requests an upgrade to another protocol (RFC 9110, section 7.8). */
  readonly upgrade: boolean;
  /** The client waits for 100 (Continue) before it sends its body (RFC 9110, section 10.1.1). */
  readonly expectsContinue: boolean;
}

/**
 * How many interim responses an exchange keeps while earlier responses on its connection are not complete. It bounds
 * the memory that an upstream can take.
 */
const maxWaitingInterims = 8;

/** One request of a client and its response, with what the passes find out about it. */
export class Exchange {
  readonly startedAt = performance.now();
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  readonly upgrade: boolean;
  readonly expectsContinue: boolean;
  /** Neither Content-Length above 0 nor Transfer-Encoding (RFC 9112, section 6.3). */
  readonly bodyless: boolean;
  /** Only where the client follows its request, see `Trail`. */
  readonly trail: Trail | undefined;
  /** The path alone, and with the query string: the request target for the upstream. */
  path = '';
  target = '';
  route: Route | undefined;
  /** The header section for the upstream. */
  headers: OutgoingHttpHeaders = {};
  outcome: Outcome = 'refused';
  /** The client left, or its response is complete. */
  ended = false;
  #continued = false;
  /**
   * Destroyed when the client leaves: the attempt, then the upstream's response. This is an object and not a callback:
   * exchanges that hold their own closure survive V8's collections of young objects, which then cost more CPU time.
   */
  inProgress: { destroy(): unknown } | undefined;

  constructor({ request, response, context, upgrade, expectsContinue }: ExchangeOptions) {
    this.request = request;
    this.response = response;
    this.context = context;
    this.upgrade = upgrade;
    const length = request.headers['content-length'];
    this.bodyless =
      request.headers['transfer-encoding'] === undefined && (length === undefined || Number(length) === 0);
    this.expectsContinue = expectsContinue && !this.bodyless;
    const { tracestate } = context;
    if (tracestate !== undefined && Trail.wantedBy(tracestate)) this.trail = new Trail(this.startedAt);
  }

  /** GET or HEAD without a body: safe to send twice, and a fallback can replace its response. */
  get isRetryableRead(): boolean {
    return (
      this.bodyless && !this.upgrade && (this.request.method === 'GET' || this.request.method === 'HEAD')
    );
  }

  /**
   * Passes an interim response on to the client (RFC 9110, section 15.2), at once or when it is this response's turn on
   * its connection. Clients of HTTP/1.0 get none, 100 (Continue) goes only to clients that expect it, and a client that
   * does not read gets no further ones.
   */
  passInterim({ statusCode, rawHeaders, headers }: InformationEvent): void {
    if (this.ended || this.request.httpVersion !== '1.1') return;
    if (statusCode === 100) {
      if (!this.expectsContinue || this.#continued) return;
      this.#continued = true;
    }
    const named = namedByConnection(headers.connection);
    const fields: string[] = [];
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] as string;
      const lower = name.toLowerCase();
      // It has no content, so a length could only belong to another message (RFC 9110, section 8.6).
      if (hopByHop.has(lower) || lower === 'content-length' || named?.has(lower)) continue;
      fields.push(name, rawHeaders[index + 1] as string);
    }
    const { response } = this;
    const write = (): void => {
      if (response.headersSent || response.destroyed) return;
      try {
        if (statusCode === 100) response.writeContinue();
        else if (response.writableLength < response.writableHighWaterMark)
          response.writeInformation(statusCode, fields);
      } catch {
        // Node refuses some fields that its own parser accepts. The final response comes without this interim one.
      }
    };
    // Without a socket the response waits for its turn. Node would write its header section before the interim
    // responses.
    if (response.socket) write();
    else if (response.listenerCount('socket') < maxWaitingInterims) response.once('socket', write);
  }
}

/**
 * The one time-out that currently bounds an exchange with an upstream: to connect, to send the request, to get a response,
 * to get more of it.
 *
 * If the event loop stalled, pending socket data is read before the time is up: Node runs timers before it looks at
 * sockets, and a delay of this process is not the upstream's.
 */
export class Deadline {
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;

  /** Replaces the time-out that was set before. */
  set(milliseconds: number, expired: () => void): void {
    this.clear();
    this.#timer = setTimeout(() => (this.#lastLook = setImmediate(expired)), milliseconds);
  }

  /** Something moved: the same span starts again. */
  touch(): void {
    clearImmediate(this.#lastLook);
    this.#timer?.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
    this.#timer = undefined;
  }
}
