export interface SplitUrl {
  readonly path: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
}

/**
 * Splits the target of a request (RFC 9112, section 3.2) as the router does: at the first question mark. A number sign has
 * no place in a target; the router takes it for one, too.
 * @param url in origin form, or in absolute form, of which scheme and host are dropped.
 */
export function splitUrl(url: string): SplitUrl {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '');
  const cut = target.search(/[?#]/);
  return cut < 0 ? { path: target, query: '' } : { path: target.slice(0, cut), query: target.slice(cut + 1) };
}
