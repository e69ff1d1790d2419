import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A response may be complete before its request is: a refusal, an early 413. Closing at once would reset the connection
 * and could destroy the response on its way (RFC 9112, section 9.6), so the rest of the body is read and dropped for a
 * while; then the connection goes.
 */
export function lingerAfter(request: IncomingMessage, response: ServerResponse, lingerMs = 5000): void {
  if (request.complete) return;
  response.once('finish', () => {
    if (request.complete || request.destroyed) return;
    request.unpipe();
    request.resume();
    const timer = setTimeout(() => request.socket.destroy(), lingerMs);
    timer.unref();
    request.once('close', () => clearTimeout(timer));
  });
}
