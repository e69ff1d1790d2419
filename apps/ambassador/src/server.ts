import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem, problemMessage } from '@shop/http-errors';
import { closeInStages, dropInput, isDropped } from '@shop/lifecycle';
import { contextFromHeaders, runInContext, type Logger } from '@shop/logging';
import type { AmbassadorConfig } from './config.ts';
import { Connections } from './connections.ts';
import { Exchange } from './exchange.ts';
import { acceptableUpgrades } from './fields.ts';
import type { Forwarder } from './forward.ts';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const http = process.getBuiltinModule('node:http');

export interface ServerOptions {
  readonly limits: Pick<
    AmbassadorConfig,
    'maxHeaderBytes' | 'headersTimeoutMs' | 'keepAliveTimeoutMs' | 'sendTimeoutMs'
  >;
  readonly logger: Logger;
  readonly forwarder: Pick<Forwarder, 'handle' | 'ended'>;
}

type Kind = { readonly upgrade?: true; readonly expectsContinue?: true };

/** Node's HTTP server with its limits. Each of its events with a request begins an exchange. */
export class AmbassadorServer {
  readonly http: Server;
  readonly #options: ServerOptions;
  readonly #connections = new Connections();

  constructor(options: ServerOptions) {
    this.#options = options;
    const { limits } = options;
    const server = http.createServer({
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      // Long uploads are fine as long as they move: bodies have an idle time-out instead.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      // Off, because a pass reports a missing Host as a problem document.
      requireHostHeader: false,
      // After a request in progress, an upgrade would take the connection away from that request's response.
      shouldUpgradeCallback: (request) =>
        wantsUpgrade(request) && this.#lastResponse(request.socket) === undefined,
    });
    // Above the default of 2000, Node hides fields that its parser still obeys, such as Transfer-Encoding.
    server.maxHeadersCount = 0;
    server.on('connection', (socket) => this.#connections.opened(socket, (exchange) => this.#end(exchange)));
    server.on('request', (request, response) => this.#begin(request, response));
    // A body is waiting behind `Expect: 100-continue`.
    server.on('checkContinue', (request, response) =>
      this.#begin(request, response, { expectsContinue: true }),
    );
    // A pass refuses it.
    server.on('checkExpectation', (request, response) => this.#begin(request, response));
    server.on('upgrade', (request, socket, head) => {
      const response = responseOn(request, socket as Socket);
      // The first bytes that the client sent after its request.
      request.socket.unshift(head);
      this.#begin(request, response, { upgrade: true });
    });
    server.on('connect', (request, socket) => this.#connect(request, socket as Socket));
    server.on('clientError', (error, socket) => this.#refuseMalformed(error, socket as Socket));
    const sweep = setInterval(
      () => this.#connections.dropStalled(limits.sendTimeoutMs, performance.now()),
      Math.ceil(limits.sendTimeoutMs / 10),
    ).unref();
    server.once('close', () => clearInterval(sweep));
    this.http = server;
  }

  /** Connections without a request so far: Node does not count them as idle, and would wait for them. */
  dropUnused(): void {
    this.#connections.dropUnused();
  }

  #begin(request: IncomingMessage, response: ServerResponse, kind: Kind = {}): void {
    const context = contextFromHeaders(request.headers);
    const { upgrade = false, expectsContinue = false } = kind;
    const exchange = new Exchange({ request, response, context, upgrade, expectsContinue });
    this.#connections.begin(exchange);
    response.on('close', () => this.#end(exchange));
    this.#handleInTurn(exchange);
  }

  /** Where the order counts, the exchange waits for those before it on its connection. */
  #handleInTurn(exchange: Exchange): void {
    const before = this.#connections.blocking(exchange);
    if (before)
      before.response.once('close', () => exchange.response.destroyed || this.#handleInTurn(exchange));
    else this.#options.forwarder.handle(exchange);
  }

  #connect(request: IncomingMessage, socket: Socket): void {
    const connect = (): void => this.#begin(request, responseOn(request, socket));
    const before = this.#lastResponse(socket);
    if (!before) return connect();
    socket.on('error', () => socket.destroy());
    before.once('close', () => socket.destroyed || connect());
  }

  /** Of the responses in progress, the one that this connection sends last. */
  #lastResponse(socket: Socket): ServerResponse | undefined {
    return this.#connections.under(socket).at(-1)?.response;
  }

  #end(exchange: Exchange): void {
    if (exchange.ended) return;
    exchange.ended = true;
    this.#connections.end(exchange);
    if (!exchange.response.writableFinished && exchange.outcome !== 'upgraded') {
      if (exchange.outcome !== 'cut') exchange.outcome = 'aborted';
      exchange.inProgress?.destroy();
    }
    this.#options.forwarder.ended(exchange);
  }

  /** Refuses bytes that are not HTTP, too large or too slow. */
  #refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
    if (isDropped(socket)) return;
    const context = contextFromHeaders({});
    const problem = malformedProblem(error);
    runInContext(context, () =>
      this.#options.logger.debug({ code: error.code, status: problem.status }, 'malformed request'),
    );
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const unread = this.#connections.unread(socket);
    // Earlier requests get their responses first: the client would take this one for a response to one of them.
    const before = this.#connections
      .under(socket)
      .findLast((exchange) => exchange !== unread && !exchange.response.writableFinished);
    const refuse = (): void => {
      if (!socket.writable) return;
      // The body of a request is malformed, and its response is complete or already being sent.
      if (unread?.response.writableEnded) return closeInStages(socket);
      if (unread?.response.headersSent) return void socket.destroy();
      if (unread) this.#end(unread);
      const { requestId } = context;
      socket.write(problemMessage(problem, { 'x-request-id': requestId }, requestId));
      closeInStages(socket);
    };
    if (!before) return refuse();
    dropInput(socket);
    before.response.once('finish', refuse);
  }
}

/** What is wrong with bytes that Node's server could not read as a request. */
function malformedProblem({ code }: NodeJS.ErrnoException): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpProblem('headers-too-large', 'The request line and header fields are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpProblem('request-timeout', 'The header section did not arrive in time.');
  return new HttpProblem('malformed-request', 'This is not a valid HTTP/1.1 request.');
}

/**
 * Whether an upgrade may happen. It is declined, and the request stays HTTP/1.1, without a protocol that may be passed
 * on, with a body that would stay unread, and in HTTP/1.0, where it must be ignored (RFC 9110, section 7.8).
 */
function wantsUpgrade({ method, headers, httpVersion }: IncomingMessage): boolean {
  const bodyless = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  return method === 'GET' && bodyless && httpVersion === '1.1' && acceptableUpgrades(headers.upgrade) !== '';
}

/** Node hands these sockets over without a response. What is sent on it is the last HTTP of the connection. */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new http.ServerResponse(request);
  response.shouldKeepAlive = false;
  // A socket without its own listener ends the process when its peer resets it.
  socket.on('error', () => socket.destroy());
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  return response;
}
