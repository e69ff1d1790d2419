import type { OutgoingHttpHeaders } from 'node:http';
import { headersFor } from '@shop/logging';
import type { Exchange } from '../exchange.ts';
import { hopByHop, namedByConnection } from '../hop-by-hop.ts';
import { acceptableUpgrades } from '../upgrade.ts';

/**
 * The header section for the upstream (RFC 9110, section 7.6): without what concerns the client's connection only, with
 * Via and this hop's part of the trace.
 */
export function prepareHeaders(exchange: Exchange): undefined {
  const { request, upgrade } = exchange;
  const { headers } = request;
  const named = namedByConnection(headers.connection);
  const out: OutgoingHttpHeaders = {};
  for (const name in headers) {
    // A tracestate without a valid traceparent must go too: both come from the context, or not at all.
    if (hopByHop.has(name) || named?.has(name) || name === 'tracestate') continue;
    out[name] = headers[name];
  }
  // Framing is the message's own, whatever Connection names; Node writes both back as they were.
  if (headers['transfer-encoding'] !== undefined) out['transfer-encoding'] = 'chunked';
  else {
    if (headers['content-length'] !== undefined) out['content-length'] = headers['content-length'];
    // Node throws on it without chunks, and there can be no trailer then.
    if (headers.trailer !== undefined) delete out['trailer'];
  }
  if (headers.te !== undefined && /(?:^|[\s,])trailers(?:[\s,;]|$)/i.test(String(headers.te))) {
    out['te'] = 'trailers';
    out['connection'] = 'TE';
  }
  if (upgrade) {
    out['connection'] = 'Upgrade';
    out['upgrade'] = acceptableUpgrades(headers.upgrade);
  }
  if (request.method === 'OPTIONS' && headers['max-forwards'] !== undefined)
    out['max-forwards'] = String(
      Math.max(0, Number.parseInt(headers['max-forwards'] as string, 10) - 1 || 0),
    );
  out['via'] = `${headers.via === undefined ? '' : `${headers.via}, `}${request.httpVersion} ambassador`;
  Object.assign(out, headersFor(exchange.context));
  exchange.headers = out;
  return undefined;
}
