/** Header and trailer fields that pass from one connection to another, and those that do not. */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

/**
 * Header fields that end at a connection (RFC 9110, section 7.6.1), those of proxies' own authentication, and Expect,
 * which each hop sets itself.
 */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/**
 * The further fields that a Connection header field declares hop-by-hop, in lower case.
 * @returns nothing in the usual case, `keep-alive` or `close` alone.
 */
export function namedByConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
}

/**
 * The members of a field that is a list (RFC 9110, section 5.6.1), without the space around them and without empty ones.
 * For fields whose members have no quoted strings.
 */
export const listMembers = (field: string): string[] =>
  field
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');

/**
 * The header section for the client, as [name, value, …] in the upstream's order and case: without what concerns the
 * upstream's connection only (RFC 9110, section 7.6.1), with the request id.
 */
export function responseHeaders(
  { httpVersion, method }: IncomingMessage,
  { rawHeaders, headers, statusCode }: IncomingMessage,
  requestId: string,
): string[] {
  const named = namedByConnection(headers.connection);
  // Node accepts a Trailer field only where it uses chunked coding itself.
  const chunked = headers['transfer-encoding'] !== undefined && httpVersion === '1.1' && method !== 'HEAD';
  const out: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] as string;
    const name = raw.toLowerCase();
    if (hopByHop.has(name) || name === 'x-request-id') continue;
    if (named?.has(name) && name !== 'content-length') continue;
    if (name === 'trailer' && !chunked) continue;
    // RFC 9110, section 8.6: a 204 has no Content-Length.
    if (name === 'content-length' && statusCode === 204) continue;
    out.push(raw, rawHeaders[index + 1] as string);
  }
  out.push('x-request-id', requestId);
  return out;
}

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

/** Passes the trailer fields of a message on. Call it before the other message ends. */
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
    // Node refuses characters in them that its own parser accepts. The message is complete without them.
  }
}

/**
 * Protocols that a connection through the ambassador is never upgraded to: HTTP itself in any version, with TLS or
 * without. Requests inside them would bypass all that the ambassador decides for each request. RFC 9113, section 3.1,
 * has abolished h2c; RFC 2817 is TLS.
 */
const declined = /^(?:h[23]c?(?:-.*)?|https?|tls|ssl)$/i;

/** RFC 9110, sections 5.6.2 and 7.8. */
const protocol = /^[!#$%&'*+.^_`|~\dA-Z-]+(?:\/[!#$%&'*+.^_`|~\dA-Z-]+)?$/i;
const nameOf = (member: string): string => member.split('/', 1)[0]?.toLowerCase() as string;

/**
 * The part of an Upgrade field that may be passed on (RFC 9110, section 7.8): each protocol is judged by its name, with
 * or without a version.
 * @param field all of its lines, joined.
 * @returns '' when nothing remains: the request stays one of HTTP/1.1.
 */
export const acceptableUpgrades = (field = ''): string =>
  listMembers(field)
    .filter((member) => protocol.test(member) && !declined.test(nameOf(member)))
    .join(', ');

/**
 * Whether a server switches only to a protocol that it was offered, as it must. @param offered the field that was
 * passed on.
 */
export function isOffered(chosen = '', offered = ''): boolean {
  const names = new Set(listMembers(offered).map(nameOf));
  const members = listMembers(chosen);
  return members.length > 0 && members.every((member) => names.has(nameOf(member)));
}
