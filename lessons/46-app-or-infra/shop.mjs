/** What this lesson's programs share: requests to the shop, with its token, from the root of the repository. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setDefaultCACertificates } from 'node:tls';

setDefaultCACertificates([readFileSync('.shop/kind/ca.crt', 'utf8')]);

export const kubectl = (...args) => execFileSync('kubectl', ['-n', 'shop', ...args], { encoding: 'utf8' });

const secret = JSON.parse(kubectl('get', 'secret', 'write-token', '-o', 'json'));
const token = Buffer.from(secret.data.token, 'base64').toString().split('\n')[0];

/** The lesson's own seller, by whom its products are found again. */
export const sellerId = '01941f29-7c46-7000-8000-000000000046';

/**
 * @param path below /product, with its slash.
 * @returns the body of a response in JSON; of another none.
 * @throws when there is no response within `timeoutMs`, or the connection breaks.
 */
export async function send(method, path, product, timeoutMs = 10_000) {
  const response = await fetch(`https://localhost:8443/product${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(product === undefined ? {} : { body: JSON.stringify(product) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  // Traefik's own 502 is plain text.
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, ok: response.ok, body: isJson ? JSON.parse(text) : undefined };
}
