import { HttpProblem } from '@shop/http-errors';
import type { Exchange } from '../exchange.ts';

/** What comes next on the connection may be part of this request's body, so nothing does. */
const malformed = (detail: string): HttpProblem =>
  new HttpProblem('malformed-request', detail, { headers: { connection: 'close' } });

/**
 * RFC 9112, sections 3.2 and 6: one Host, a length stated in one way only, and no transfer coding but chunked. Node's
 * parser already refuses Content-Length beside Transfer-Encoding, and Content-Length twice.
 */
export function checkFraming({ request }: Exchange): HttpProblem | undefined {
  // Node's parser takes 0.9 and 2.0 as well; what came as such would be passed on as 1.1.
  if (request.httpVersion !== '1.1' && request.httpVersion !== '1.0')
    return malformed('The only versions understood here are HTTP/1.1 and HTTP/1.0.');
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined) {
    if (request.httpVersion !== '1.1') return malformed('Transfer-Encoding is unknown to HTTP/1.0.');
    if (request.headers['content-length'] !== undefined)
      return malformed('Content-Length and Transfer-Encoding exclude each other.');
    if (coding.toLowerCase() !== 'chunked')
      return malformed('The only Transfer-Encoding understood here is chunked.');
  }
  const hosts = hostCount(request.rawHeaders);
  if (hosts > 1) return malformed('There is more than one Host header field.');
  if (hosts === 0 && request.httpVersion === '1.1') return malformed('There is no Host header field.');
  return undefined;
}

function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
