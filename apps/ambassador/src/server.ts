import { createServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { AmbassadorConfig } from './config.ts';
import { acceptableUpgrades } from './upgrade.ts';

/** The server's ways in; each ends in an exchange. */
export interface ServerHandlers {
  readonly connection: (socket: Socket) => void;
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  /** A body is waiting behind `Expect: 100-continue`. */
  readonly expectation: (request: IncomingMessage, response: ServerResponse) => void;
  /** `head` is the first of what the client has sent after its request. */
  readonly upgrade: (request: IncomingMessage, response: ServerResponse, head: Buffer) => void;
  readonly connect: (request: IncomingMessage, response: ServerResponse) => void;
  /** The response that this connection is sent last, of those under way. */
  readonly lastResponse: (socket: Socket) => ServerResponse | undefined;
  /** What came is not HTTP, too large or too slow. */
  readonly malformed: (error: NodeJS.ErrnoException, socket: Socket) => void;
}

type Limits = Pick<AmbassadorConfig, 'maxHeaderBytes' | 'headersTimeoutMs' | 'keepAliveTimeoutMs'>;

/** Node's HTTP server with its limits set and every event of it handled. */
export function createHttpServer(limits: Limits, handlers: ServerHandlers): Server {
  const server = createServer({
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    // Long uploads are fine as long as they move: bodies have an idle time-out instead.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // The passes say it in a problem document.
    requireHostHeader: false,
    // Behind a request that is under way it would take the connection away from its response.
    shouldUpgradeCallback: (request) =>
      wantsUpgrade(request) && handlers.lastResponse(request.socket) === undefined,
  });
  // Beyond the default of 2000 Node hides fields from us that its parser obeys, such as Transfer-Encoding.
  server.maxHeadersCount = 0;
  server.on('connection', handlers.connection);
  server.on('request', handlers.request);
  server.on('checkContinue', handlers.expectation);
  // A pass refuses it.
  server.on('checkExpectation', handlers.request);
  server.on('upgrade', (request, socket, head) =>
    handlers.upgrade(request, responseOn(request, socket as Socket), head),
  );
  server.on('connect', (request, stream) => {
    const socket = stream as Socket;
    const connect = (): void => handlers.connect(request, responseOn(request, socket));
    const before = handlers.lastResponse(socket);
    if (!before) return connect();
    socket.on('error', () => socket.destroy());
    before.once('close', () => socket.destroyed || connect());
  });
  server.on('clientError', (error, socket) => handlers.malformed(error, socket as Socket));
  return server;
}

/**
 * What of the upgrade is declined stays HTTP/1.1: one without a protocol that may be passed on, leaving HTTP with a body
 * unread, and one in HTTP/1.0, where it must be ignored (RFC 9110, section 7.8).
 */
function wantsUpgrade({ method, headers, httpVersion }: IncomingMessage): boolean {
  const bodyless = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  return method === 'GET' && bodyless && httpVersion === '1.1' && acceptableUpgrades(headers.upgrade) !== '';
}

/** Node hands these sockets over bare; a response on it is the last thing that the connection carries as HTTP. */
function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  // A socket without its own listener ends the process when its peer resets it.
  socket.on('error', () => socket.destroy());
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  return response;
}
