import type { Pass } from './pass.ts';

/** What a client may claim about itself and about the hops before it. */
const claims = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
];

/**
 * The edge must `replace` these fields: nobody before it can be believed. A hop behind an edge `append`s itself to
 * X-Forwarded-For and keeps the rest. Host itself becomes the upstream's.
 */
export function forwardedFields(mode: 'replace' | 'append'): Pass {
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
