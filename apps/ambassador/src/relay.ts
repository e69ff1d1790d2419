import type { ClientRequest, IncomingMessage } from 'node:http';
import { lingerAfter } from '@shop/lifecycle';
import { Deadline, type Exchange } from './exchange.ts';
import { passTrailers, responseHeaders } from './fields.ts';
import type { UpstreamResponse } from './upstream/attempt.ts';
import { UpstreamFailure } from './upstream/failure.ts';

/** Bytes; with the header section below what Node writes without allocating. */
const smallBody = 8192;

export interface RelayOptions {
  /** Between two pieces of a body, of the response or of a request that still comes. */
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
    // As a string of bytes it goes out in one write with the header section; Node gathers a buffer at more cost.
    if (body && body.length <= smallBody) response.end(body.toString('latin1'), 'latin1');
    else response.end(body);
  } else stream(exchange, upstreamResponse, options);
}

/** The body of a message that has come whole. From Node 26 on one `read()` gives one piece of it, and no longer all. */
function readAll(message: IncomingMessage): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let piece; (piece = message.read() as Buffer | null) !== null;) pieces.push(piece);
  return pieces.length < 2 ? pieces[0] : Buffer.concat(pieces);
}

/**
 * The response is complete: where the request is not, its connection to the upstream is of no more use. It would stay
 * open for as long as the upstream does not read.
 */
function endEarly(request: IncomingMessage, upstreamRequest: ClientRequest): void {
  if (upstreamRequest.writableFinished) return;
  request.unpipe(upstreamRequest);
  upstreamRequest.destroy();
  // The client may read its response only when it has sent its request.
  request.resume();
}

/** Pipes a body that still comes, for as long as something of it, or of the request's, moves. */
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
    // Without a length or chunks (HTTP/1.0) the end of the connection would pass for the end of the body.
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
  // A header section is worth having before the first piece of a slow body.
  if (message.readableLength === 0) response.flushHeaders();
  message.pipe(response);
}
