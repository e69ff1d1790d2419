import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How long a peer may go on sending what is no longer needed. Closing at once would reset the connection, and the reset
 * could destroy a response on its way (RFC 9112, section 9.6).
 */
export interface LingerLimits {
  /** Milliseconds without a byte. */
  readonly idleMs: number;
  /** Milliseconds in all. */
  readonly totalMs: number;
  readonly bytes: number;
}

const defaults: LingerLimits = { idleMs: 5000, totalMs: 30_000, bytes: 67_108_864 };

/** Calls `expired` once when a limit is reached. @returns what to call with the size of each piece, and at the end. */
function bounded({ idleMs, totalMs, bytes }: LingerLimits, expired: () => void) {
  let left = bytes;
  const idle = setTimeout(expired, idleMs).unref();
  const total = setTimeout(expired, totalMs).unref();
  return {
    moved(size: number): void {
      left -= size;
      if (left < 0) expired();
      else idle.refresh();
    },
    clear(): void {
      clearTimeout(idle);
      clearTimeout(total);
    },
  };
}

/**
 * A response may be complete before its request is: a refusal, an early 413. The rest of the body is then read and
 * dropped, so that the response arrives and the connection stays usable; beyond the limits the connection goes. To be
 * called before the response ends; a response that closes its connection does so by `closeInStages`.
 */
export function lingerAfter(
  request: IncomingMessage,
  response: ServerResponse,
  limits: Partial<LingerLimits> = {},
): void {
  if (request.complete) return;
  response.once('finish', () => {
    if (request.complete || request.destroyed || isDropped(request.socket)) return;
    request.unpipe();
    const bound = bounded({ ...defaults, ...limits }, () => request.socket.destroy());
    request.on('data', (part: Buffer) => bound.moved(part.length)).resume();
    request.once('close', () => bound.clear());
  });
  // Node itself drops a body that is not being read, and then its bytes could not be counted.
  if (request.readableFlowing === null) request.resume();
}

/** Connections whose input is dropped, and those of them that are being closed. */
const dropped = new WeakSet<Socket>();
const closing = new WeakSet<Socket>();

export const isDropped = (socket: Socket): boolean => dropped.has(socket);

/**
 * Reads and drops what still comes on a connection, past Node's parser: it belongs to no request. What is still to
 * be written stays.
 */
export function dropInput(socket: Socket, bytes = defaults.bytes): void {
  if (dropped.has(socket)) return;
  dropped.add(socket);
  let left = bytes;
  socket.unpipe();
  socket.removeAllListeners('data').removeAllListeners('end');
  // With a listener for data Node's server takes its parser off the connection.
  socket.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) socket.destroy();
  });
  socket.resume();
}

/**
 * Closes a connection so that what was written arrives (RFC 9112, section 9.6): ends our half, reads and drops for a
 * while, then closes. It closes at once where the peer has ended its half.
 */
export function closeInStages(socket: Socket, limits: Partial<LingerLimits> = {}): void {
  if (closing.has(socket)) return;
  closing.add(socket);
  const all = { ...defaults, ...limits };
  dropInput(socket, all.bytes);
  const bound = bounded(all, () => socket.destroy());
  socket.on('data', (part: Buffer) => bound.moved(part.length)).once('close', () => bound.clear());
  // With both halves at their end Node closes the socket itself.
  socket.end();
}
