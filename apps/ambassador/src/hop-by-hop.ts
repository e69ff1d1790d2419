/**
 * Header fields that end at a connection (RFC 9110, section 7.6.1), those of proxies' own authentication, and Expect,
 * which each hop states anew.
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
