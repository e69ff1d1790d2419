import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestContext } from '@shop/logging';
import type { Outcome } from './outcome.ts';
import type { Route } from './routes/table.ts';

/** What the server knows of a request before any pass. */
export interface ExchangeOptions {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  /** The client asked to leave HTTP (RFC 9110, section 7.8). */
  readonly upgrade: boolean;
  /** The client waits for 100 (Continue) before it sends its body (RFC 9110, section 10.1.1). */
  readonly expectsContinue: boolean;
}

/** One request and its response, with what the passes find out about it. */
export class Exchange {
  readonly startedAt = performance.now();
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  readonly upgrade: boolean;
  readonly expectsContinue: boolean;
  /** Neither Content-Length above 0 nor Transfer-Encoding (RFC 9112, section 6.3). */
  readonly bodyless: boolean;
  /** The path alone, and with the query string: what the upstream is asked for. */
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
   * What the client's leaving has to end; set by whoever works on the exchange. An object and not a callback: V8 keeps
   * exchanges that hold a closure of their own through its collections of young objects, which then take CPU time.
   */
  underway: { destroy(): unknown } | undefined;

  constructor({ request, response, context, upgrade, expectsContinue }: ExchangeOptions) {
    this.request = request;
    this.response = response;
    this.context = context;
    this.upgrade = upgrade;
    const length = request.headers['content-length'];
    this.bodyless =
      request.headers['transfer-encoding'] === undefined && (length === undefined || Number(length) === 0);
    this.expectsContinue = expectsContinue && !this.bodyless;
  }

  /** @returns whether 100 (Continue) may be sent: the client expects it, and has not got it. From then on it has. */
  takeContinue(): boolean {
    if (!this.expectsContinue || this.#continued) return false;
    this.#continued = true;
    return true;
  }

  /** GET or HEAD without a body: safe to ask twice, and what a static answer can stand for. */
  get plainRead(): boolean {
    return (
      this.bodyless && !this.upgrade && (this.request.method === 'GET' || this.request.method === 'HEAD')
    );
  }
}
