import type { ClientRequest, IncomingMessage } from 'node:http';
import { lingerAfter } from '@shop/lifecycle';
import { Deadline, type Exchange } from './exchange.ts';
import { passTrailers, responseHeaders } from './fields.ts';
import type { UpstreamResponse } from './upstream/attempt.ts';
import { UpstreamFailure } from './upstream/failure.ts';

/** In bytes. Together with the header section it fits into what Node writes without an allocation. */
const smallBody = 8192;

export interface RelayOptions {
  /** Between two pieces of the response's body, or of a request's body that still comes. */
  readonly idleMs: number;
  readonly draining: boolean;
  /** The upstream broke off in mid-body; the client's connection is cut. */
  readonly onCut: (why: string) => void;
}

/**
 * Passes a response on as it comes.
 * @throws {UpstreamFailure} before anything is sent, when it cannot be passed on.
 */
export function relay(exchange: Exchange, upstreamResponse: UpstreamResponse, options: RelayOptions): void {
  const { request, response } = exchange;
  const { message } = upstreamResponse;
  if (exchange.ended) return upstreamResponse.destroy();
  const headers = responseHeaders(request, message, exchange.context.requestId);
  if (options.draining) headers.push('connection', 'close');
  try {
    const coding = message.headers['transfer-encoding'];
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') throw new Error(`coded as ${coding}`);
    response.writeHead(message.statusCode as number, message.statusMessage ?? '', headers);
  } catch (cause) {
    upstreamResponse.destroy();
    throw new UpstreamFailure('upstream-error', 'The response of the upstream is not valid HTTP.', { cause });
  }
  if (!request.complete) lingerAfter(request, response);
  if (message.complete) {
    const body = readAll(message);
    passTrailers(message, response);
    endEarly(request, upstreamResponse.request);
    // As a latin1 string the body goes out in one write with the header section. Writing a buffer costs more.
    if (body && body.length <= smallBody) response.end(body.toString('latin1'), 'latin1');
    else response.end(body);
  } else stream(exchange, upstreamResponse, options);
}

/** The body of a message that has arrived as a whole. Since Node 26 one `read()` returns one piece of it, not all. */
function readAll(message: IncomingMessage): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let piece; (piece = message.read() as Buffer | null) !== null;) pieces.push(piece);
  return pieces.length < 2 ? pieces[0] : Buffer.concat(pieces);
}

/**
 * Closes the upstream's connection if the response is complete before the request: it cannot be used again, and would
 * stay open until the upstream reads.
 */
function endEarly(request: IncomingMessage, upstreamRequest: ClientRequest): void {
  if (upstreamRequest.writableFinished) return;
  request.unpipe(upstreamRequest);
  upstreamRequest.destroy();
  // Some clients read the response only after they have sent the whole request.
  request.resume();
}

/** Pipes a body that still comes, as long as the response's body or the request's makes progress. */
function stream(
  { request, response }: Exchange,
  upstreamResponse: UpstreamResponse,
  options: RelayOptions,
): void {
  const { message } = upstreamResponse;
  const deadline = new Deadline();
  const cut = (why: string): void => {
    deadline.clear();
    if (response.writableEnded || response.destroyed) return;
    options.onCut(why);
    upstreamResponse.destroy();
    // Without a length or chunks (HTTP/1.0), the client would take the end of the connection for the end of the body.
    if (request.httpVersion === '1.1') response.destroy();
    else request.socket.resetAndDestroy();
  };
  deadline.set(options.idleMs, () => {
    // The client does not read: its connection has a deadline for that (SEND_TIMEOUT_MS).
    if (response.writableNeedDrain) return deadline.touch();
    cut('nothing more came in time');
  });
  message.on('data', () => deadline.touch());
  if (!request.complete) request.on('data', () => deadline.touch());
  message.once('end', () => {
    passTrailers(message, response);
    endEarly(request, upstreamResponse.request);
  });
  message.once('close', () => (message.complete ? deadline.clear() : cut('the upstream broke off')));
  message.once('error', () => undefined);
  // The client gets the header section before the first piece of a slow body.
  if (message.readableLength === 0) response.flushHeaders();
  message.pipe(response);
}
