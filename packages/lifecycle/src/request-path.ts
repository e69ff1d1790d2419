/**
 * The path of a request target (RFC 9112, section 3.2), without its query. By section 3.2.2 every server accepts the
 * absolute form, `http://shop.example/livez`, too; its origin means no more than Host does.
 */
export function requestPath(target = '/'): string {
  const [path = ''] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  return path === '' ? '/' : path;
}
