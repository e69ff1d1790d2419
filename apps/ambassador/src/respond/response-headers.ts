import type { IncomingMessage } from 'node:http';
import type { Exchange } from '../exchange.ts';
import { hopByHop, namedByConnection } from '../hop-by-hop.ts';

/**
 * The header section for the client, as [name, value, …] in the upstream's order and case: without what concerns the
 * upstream's connection only (RFC 9110, section 7.6.1), with the request id.
 */
export function responseHeaders({ request, context }: Exchange, message: IncomingMessage): string[] {
  const { rawHeaders, headers, statusCode } = message;
  const named = namedByConnection(headers.connection);
  // Node takes a Trailer field only where it will use chunked coding itself.
  const chunked =
    headers['transfer-encoding'] !== undefined && request.httpVersion === '1.1' && request.method !== 'HEAD';
  const out: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] as string;
    const name = raw.toLowerCase();
    if (hopByHop.has(name) || name === 'x-request-id') continue;
    if (named?.has(name) && name !== 'content-length') continue;
    if (name === 'trailer' && !chunked) continue;
    // RFC 9110, section 8.6: not with 204.
    if (name === 'content-length' && statusCode === 204) continue;
    out.push(raw, rawHeaders[index + 1] as string);
  }
  out.push('x-request-id', context.requestId);
  return out;
}
