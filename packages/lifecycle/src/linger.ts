import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How long a peer may continue to send bytes that are no longer needed. Closing at once would reset the connection, and
 * the reset could destroy a response that is still on its way (RFC 9112, section 9.6).
 */
export interface LingerLimits {
  /** Milliseconds without a byte. */
  readonly idleMs: number;
  /** Milliseconds in total. */
  readonly totalMs: number;
  readonly bytes: number;
}

const defaults: LingerLimits = { idleMs: 5000, totalMs: 30_000, bytes: 67_108_864 };

/**
 * Calls `expired` once when a limit is reached. @returns functions to call with the size of each piece, and at the end.
 */
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
 * dropped, so that the response arrives and the connection stays usable. Beyond the limits the connection is closed.
 * Call it before the response ends. A response that closes its connection uses `closeInStages` instead.
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
  // Node itself drops a body that is not read, and then its bytes could not be counted.
  if (request.readableFlowing === null) request.resume();
}

/** Connections whose input is dropped, and those of them that are being closed. */
const dropped = new WeakSet<Socket>();
const closing = new WeakSet<Socket>();

export const isDropped = (socket: Socket): boolean => dropped.has(socket);

/**
 * Reads and drops what still comes on a connection, bypassing Node's parser: it belongs to no request. Bytes that are
 * still to be written stay.
 */
export function dropInput(socket: Socket, bytes = defaults.bytes): void {
  if (dropped.has(socket)) return;
  dropped.add(socket);
  let left = bytes;
  socket.unpipe();
  socket.removeAllListeners('data').removeAllListeners('end');
  // With a listener for `data`, Node's server removes its parser from the connection.
  socket.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) socket.destroy();
  });
  socket.resume();
}

/**
 * Closes a connection so that the bytes that were written arrive (RFC 9112, section 9.6): ends our half, reads and
 * drops for a while, then closes. Closes at once if the peer has ended its half.
 */
export function closeInStages(socket: Socket, limits: Partial<LingerLimits> = {}): void {
  if (closing.has(socket)) return;
  closing.add(socket);
  const all = { ...defaults, ...limits };
  dropInput(socket, all.bytes);
  const bound = bounded(all, () => socket.destroy());
  socket.on('data', (part: Buffer) => bound.moved(part.length)).once('close', () => bound.clear());
  // When both halves have ended, Node closes the socket itself.
  socket.end();
}
