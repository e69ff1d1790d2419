/** Which requests the board accepts: those of the page that it serves, opened with the address that it printed. */
import type { Problem } from '../problems/problem.ts';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Asked {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type Decision =
  | { readonly kind: 'allow' }
  /** The token is right: sets the cookie, and redirects to the address without the token. */
  | { readonly kind: 'enter'; readonly cookie: string }
  | { readonly kind: 'refuse'; readonly status: 401 | 403 | 405 | 421; readonly problem: Problem };

/** Nothing is loaded from elsewhere, no inline script runs, and no other page may embed this one. */
export const responseHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const refuse = (status: 401 | 403 | 405 | 421, problem: Problem): Decision => ({
  kind: 'refuse',
  status,
  problem,
});
const allow: Decision = { kind: 'allow' };

/** Checks every request before any other code sees it. */
export class Gate {
  readonly #token: string;
  readonly #session = randomBytes(24).toString('base64url');
  readonly #hosts: ReadonlySet<string>;
  readonly #cookieName: string;

  /** @param port the board's port: part of the allowed Host and Origin, and of the cookie's name. */
  constructor(token: string, port: number) {
    this.#token = token;
    this.#hosts = new Set([`localhost:${port}`, `127.0.0.1:${port}`]);
    this.#cookieName = `board-${port}`;
  }

  decide({ method, url, headers }: Asked): Decision {
    // An attacker's DNS may point a name to 127.0.0.1 (DNS rebinding): only these hosts are ours.
    const { host } = headers;
    if (typeof host !== 'string' || !this.#hosts.has(host)) return refuse(421, { code: 'wrong-host' });
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
      return refuse(405, { code: 'wrong-method' });
    const { origin } = headers;
    if (origin === undefined ? method === 'POST' : origin !== `http://${host}`)
      return refuse(403, { code: 'other-site' });
    const site = headers['sec-fetch-site'];
    const fromElsewhere = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (fromElsewhere && !this.#isLink(method, url, headers)) return refuse(403, { code: 'other-site' });
    const given = this.#tokenOf(url);
    if (given !== undefined)
      return equal(given, this.#token)
        ? { kind: 'enter', cookie: this.#cookie() }
        : refuse(401, { code: 'wrong-token' });
    return this.#hasCookie(headers.cookie) ? allow : refuse(401, { code: 'no-session' });
  }

  /** A link from another local program, for instance the shop's index page, opened in its own tab. */
  #isLink(method: string, url: string, headers: Asked['headers']): boolean {
    return (
      method === 'GET' &&
      url === '/' &&
      headers['sec-fetch-site'] === 'same-site' &&
      headers['sec-fetch-mode'] === 'navigate' &&
      headers['sec-fetch-dest'] === 'document'
    );
  }

  #tokenOf(url: string): string | undefined {
    if (!url.startsWith('/?')) return undefined;
    return new URLSearchParams(url.slice(2)).get('token') ?? undefined;
  }

  #cookie(): string {
    return `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  #hasCookie(header: string | string[] | undefined): boolean {
    const pairs = (typeof header === 'string' ? header : '').split(';').map((pair) => pair.trim());
    return pairs.some((pair) => {
      const at = pair.indexOf('=');
      return pair.slice(0, at) === this.#cookieName && equal(pair.slice(at + 1), this.#session);
    });
  }
}
