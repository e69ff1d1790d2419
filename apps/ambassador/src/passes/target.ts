import { HttpProblem } from '@shop/http-errors';
import type { Exchange } from '../exchange.ts';

const absolute = /^http:\/\/([^/?#@]+)((?:[/?].*)?)$/i;
/** Whether a path needs the careful look at all. */
const suspicious = /[%\\#\0]|\/\./;
const encoded = /%(?:2e|2f|5c|00)/gi;
const decode: Readonly<Record<string, string>> = { '%2e': '.', '%2f': '/', '%5c': '\\', '%00': '\0' };
/** `..;x` too: some servers cut path parameters off before they resolve dot segments. */
const dotSegment = /(?:^|\/)\.{1,2}(?:[/;]|$)/;

/**
 * The request target (RFC 9112, section 3.2) as a path that no server behind can read as another one: a prefix is a
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
  if (target.includes('#')) return new HttpProblem('malformed-request', 'A request target has no fragment.');
  const path = exchange.path.replaceAll(encoded, (triplet) => decode[triplet.toLowerCase()] as string);
  if (path.includes('\\') || path.includes('\0'))
    return new HttpProblem('malformed-request', 'The path contains a backslash or NUL.');
  if (dotSegment.test(path)) return new HttpProblem('malformed-request', 'The path contains a dot segment.');
  return undefined;
}
