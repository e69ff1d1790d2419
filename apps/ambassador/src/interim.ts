import type { InformationEvent } from 'node:http';
import type { Exchange } from './exchange.ts';
import { hopByHop, namedByConnection } from './hop-by-hop.ts';

/** Of one response, while responses before it are still under way: a bound for what an upstream makes us keep. */
const maxWaiting = 8;

/**
 * Passes an interim response on (RFC 9110, section 15.2), at once or when it is the response's turn on its connection.
 * One of HTTP/1.0 knows none, 100 (Continue) is for those who asked for it, and to a client that does not read nothing
 * more of the kind is written.
 */
export function passInterim(exchange: Exchange, { statusCode, rawHeaders, headers }: InformationEvent): void {
  const { request, response } = exchange;
  if (exchange.ended || request.httpVersion !== '1.1') return;
  if (statusCode === 100 && !exchange.takeContinue()) return;
  const named = namedByConnection(headers.connection);
  const fields: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const lower = name.toLowerCase();
    // It has no content, so that a length would be another message's (RFC 9110, section 8.6).
    if (hopByHop.has(lower) || lower === 'content-length' || named?.has(lower)) continue;
    fields.push(name, rawHeaders[index + 1] as string);
  }
  const write = (): void => {
    if (response.headersSent || response.destroyed) return;
    try {
      if (statusCode === 100) response.writeContinue();
      else if (response.writableLength < response.writableHighWaterMark)
        response.writeInformation(statusCode, fields);
    } catch {
      // Node refuses a field that its parser lets in; the final response comes without this one.
    }
  };
  // Node would write the header section of a response that has to wait before what waits with it.
  if (response.socket) write();
  else if (response.listenerCount('socket') < maxWaiting) response.once('socket', write);
}
