import type { OutgoingHttpHeaders } from 'node:http';
import { HttpProblem } from '@shop/http-errors';
import { headersFor } from '@shop/logging';
import type { AmbassadorConfig } from './config.ts';
import type { Exchange } from './exchange.ts';
import { acceptableUpgrades, hopByHop, listMembers, namedByConnection } from './fields.ts';
import type { OwnResponse } from './own-response.ts';
import type { Route } from './routes.ts';

/** Checks a request or prepares it; what it returns is the response, and ends the exchange there. */
export type Pass = (exchange: Exchange) => HttpProblem | OwnResponse | undefined;

/** What every request goes through, in this order, before it is forwarded. */
export const createPasses = (
  config: Pick<AmbassadorConfig, 'forwarded'>,
  routes: readonly Route[],
): Pass[] => [
  // Refuses requests that two servers could read as two different requests.
  checkFraming,
  // Refuses expectations that the upstream would never see.
  checkExpectation,
  // Responds to the methods for the ambassador itself: OPTIONS *, TRACE.
  answerMethod,
  // Finds the path in the request target, and refuses one that could leave its prefix.
  readTarget,
  // Finds the upstream by the longest prefix.
  chooseRoute(routes),
  // Removes the fields between the client and the ambassador, and continues the trace.
  prepareHeaders,
  // Adds the client's address: X-Forwarded-*.
  forwardedFields(config.forwarded),
];

/** The bytes that follow may be part of this request's body, so the connection is closed. */
const malformed = (detail: string): HttpProblem =>
  new HttpProblem('malformed-request', detail, { headers: { connection: 'close' } });

/**
 * RFC 9112, sections 3.2 and 6: one Host, a length stated in one way only, and no transfer coding but chunked. Node's
 * parser already refuses Content-Length beside Transfer-Encoding, and Content-Length twice.
 */
function checkFraming({ request }: Exchange): HttpProblem | undefined {
  // Node's parser accepts 0.9 and 2.0 as well, and such a request would be passed on as 1.1.
  if (request.httpVersion !== '1.1' && request.httpVersion !== '1.0')
    return malformed('The only versions understood here are HTTP/1.1 and HTTP/1.0.');
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined) {
    if (request.httpVersion !== '1.1') return malformed('Transfer-Encoding is unknown to HTTP/1.0.');
    if (request.headers['content-length'] !== undefined)
      return malformed('A request must not have both Content-Length and Transfer-Encoding.');
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

/** RFC 9110, section 10.1.1: each member of Expect is checked; a client of HTTP/1.0 can expect nothing. */
function checkExpectation({ request }: Exchange): HttpProblem | undefined {
  const { headers, httpVersion } = request;
  if (headers.expect === undefined || httpVersion !== '1.1') return undefined;
  if (listMembers(headers.expect).every((member) => member.toLowerCase() === '100-continue'))
    return undefined;
  return new HttpProblem('expectation-failed', 'The only expectation that is supported is 100-continue.');
}

const allow = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * CONNECT would make the ambassador an open proxy. TRACE would show a client what earlier hops have added (RFC 9110,
 * section 9.3.8). `OPTIONS *` is about the server itself, as is OPTIONS with no hops left (section 7.6.2).
 */
function answerMethod({ request }: Exchange): HttpProblem | OwnResponse | undefined {
  const { method, url, headers } = request;
  if (method === 'TRACE' || method === 'CONNECT')
    return new HttpProblem('method-not-allowed', `${method} is not supported.`, { headers: { allow } });
  if (method !== 'OPTIONS') return undefined;
  if (url === '*' || headers['max-forwards'] === '0') return { status: 204, headers: { allow } };
  return undefined;
}

const absolute = /^http:\/\/([^/?#@]+)((?:[/?].*)?)$/i;
/** Only paths with one of these need the careful check. */
const suspicious = /[%\\#\0]|\/\./;
const encoded = /%(?:2e|2f|5c|00)/gi;
const decode: Readonly<Record<string, string>> = { '%2e': '.', '%2f': '/', '%5c': '\\', '%00': '\0' };
/** Includes `..;x`, because some servers cut path parameters off before they resolve dot segments. */
const dotSegment = /(?:^|\/)\.{1,2}(?:[/;]|$)/;

/**
 * Reads the request target (RFC 9112, section 3.2) as a path that every server reads in the same way: a prefix is a
 * border, and `/user/..%2fproduct` would cross it.
 */
export function readTarget(exchange: Exchange): HttpProblem | undefined {
  const { request } = exchange;
  let target = request.url ?? '';
  if (target[0] !== '/') {
    const match = absolute.exec(target);
    if (!match)
      return new HttpProblem('malformed-request', 'The request target is neither a path nor an http:// URL.');
    const [, authority, rest] = match as unknown as [string, string, string];
    // Section 3.2.2: the Host of an absolute-form target counts, and the header field must be ignored.
    request.headers.host = authority;
    target = rest[0] === '/' ? rest : `/${rest}`;
  }
  const query = target.indexOf('?');
  exchange.target = target;
  exchange.path = query === -1 ? target : target.slice(0, query);
  if (!suspicious.test(target)) return undefined;
  if (target.includes('#'))
    return new HttpProblem('malformed-request', 'A request target must not have a fragment.');
  const path = exchange.path.replaceAll(encoded, (triplet) => decode[triplet.toLowerCase()] as string);
  if (path.includes('\\') || path.includes('\0'))
    return new HttpProblem('malformed-request', 'The path contains a backslash or NUL.');
  if (dotSegment.test(path)) return new HttpProblem('malformed-request', 'The path contains a dot segment.');
  return undefined;
}

/** @param routes longest prefix first. */
function chooseRoute(routes: readonly Route[]): Pass {
  return (exchange) => {
    exchange.route = findRoute(routes, exchange.path);
    if (exchange.route) return undefined;
    return new HttpProblem('not-found', 'No route matches this path.');
  };
}

/**
 * Finds the route with the longest prefix of whole segments: `/user` matches `/user/1`, not `/users`. An exact route
 * matches its own path only.
 * @param routes longest prefix first.
 */
export function findRoute(routes: readonly Route[], path: string): Route | undefined {
  return routes.find(
    ({ prefix, exact }) =>
      path === prefix ||
      (!exact && (prefix === '/' || (path.startsWith(prefix) && path[prefix.length] === '/'))),
  );
}

/**
 * Makes the header section for the upstream (RFC 9110, section 7.6): without the fields of the client's connection,
 * with Via and this hop's part of the trace.
 */
function prepareHeaders(exchange: Exchange): undefined {
  const { request, upgrade } = exchange;
  const { headers } = request;
  const named = namedByConnection(headers.connection);
  const out: OutgoingHttpHeaders = {};
  for (const name in headers) {
    // Without a valid traceparent, tracestate must go too: the context has both or neither.
    if (hopByHop.has(name) || named?.has(name) || name === 'tracestate') continue;
    out[name] = headers[name];
  }
  // Framing belongs to the message, even where Connection names its fields. Node writes both fields as they were.
  if (headers['transfer-encoding'] !== undefined) out['transfer-encoding'] = 'chunked';
  else {
    if (headers['content-length'] !== undefined) out['content-length'] = headers['content-length'];
    // Without chunks there can be no trailer, and Node throws on the field.
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

/** Fields with which a client may describe itself and the hops before it. */
const claims = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
];

/**
 * The front door must `replace` these fields, because clients may lie. A hop behind it `append`s the address to
 * X-Forwarded-For and keeps the rest. Host becomes the upstream's.
 */
function forwardedFields(mode: 'replace' | 'append'): Pass {
  return ({ request, headers, route }) => {
    if (mode === 'replace') for (const name of claims) if (headers[name] !== undefined) delete headers[name];
    const address = request.socket.remoteAddress;
    const before = headers['x-forwarded-for'];
    if (address !== undefined)
      headers['x-forwarded-for'] = before === undefined ? address : `${String(before)}, ${address}`;
    headers['x-forwarded-proto'] ??= 'http';
    if (request.headers.host !== undefined) headers['x-forwarded-host'] ??= request.headers.host;
    headers['host'] = route?.upstream.host;
    return undefined;
  };
}
