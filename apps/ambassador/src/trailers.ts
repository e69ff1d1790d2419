import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { hopByHop } from './hop-by-hop.ts';

/** What must not come after the body (RFC 9110, section 6.5.1): framing, routing, authentication. */
const forbidden: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'host',
  'set-cookie',
  'trailer',
]);

/** Passes the trailer fields of a message on; to be called before the end of the other one. */
export function passTrailers(from: IncomingMessage, to: ServerResponse | ClientRequest): void {
  const { rawTrailers } = from;
  if (rawTrailers.length === 0) return;
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawTrailers.length; index += 2) {
    const name = rawTrailers[index] as string;
    const lower = name.toLowerCase();
    if (!forbidden.has(lower) && !hopByHop.has(lower)) pairs.push([name, rawTrailers[index + 1] as string]);
  }
  try {
    to.addTrailers(pairs);
  } catch {
    // Node refuses characters in them that its parser lets in; the message is complete without them.
  }
}
