import { HttpProblem } from '@shop/http-errors';
import { lingerAfter } from '@shop/lifecycle';
import type { Exchange, FailureReason } from './exchange.ts';
import type { UpstreamFailure } from './upstream/failure.ts';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** A whole response that the ambassador makes itself. */
export interface OwnResponse {
  readonly status: number;
  /** Names in lower case; Content-Length is added. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/**
 * A route's fallback. Its header section marks it, so that no client caches it or takes it for the upstream's response.
 */
export const fallbackResponse = (body: Buffer, reason: FailureReason): OwnResponse => ({
  status: 200,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-fallback': 'static',
    'x-fallback-reason': reason,
  },
  body,
});

/**
 * 504 when the upstream took too long, 502 when its response is broken, 503 with Retry-After when it is unavailable.
 */
export function failureProblem({ reason, message, retryAfter, cause }: UpstreamFailure): HttpProblem {
  if (reason === 'timeout') return new HttpProblem('upstream-timeout', message, { cause });
  if (reason === 'upstream-error') return new HttpProblem('bad-upstream', message, { cause });
  return new HttpProblem('upstream-unavailable', message, {
    cause,
    headers: { 'retry-after': String(retryAfter) },
  });
}

/** Sends a response to the client, or cuts the connection where another response has already begun. */
export function send(exchange: Exchange, own: OwnResponse, draining: boolean): void {
  const { request, response } = exchange;
  if (response.headersSent) return void response.destroy();
  const headers: Record<string, string | number> = {
    ...own.headers,
    'x-request-id': exchange.context.requestId,
  };
  if (own.status !== 204) headers['content-length'] = Buffer.byteLength(own.body ?? '');
  // Node adds this itself, except after an Expect without a 100 and on upgraded sockets.
  if (draining) headers['connection'] = 'close';
  // The reason phrase is set, because Node would otherwise keep one that it has just refused.
  response.writeHead(own.status, STATUS_CODES[own.status] ?? '', headers);
  if (!request.complete) lingerAfter(request, response);
  response.end(request.method === 'HEAD' ? undefined : own.body);
}
