import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HttpProblem } from '@shop/http-errors';
import type { Logger } from '@shop/logging';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Guards every route that writes: a client needs a bearer token (RFC 6750) from the file; reads are open. The file has
 * one token a line: while tokens are rotated, it has the old and the new one. It is read at every write, so that a
 * Secret's new content counts without a restart.
 *
 * It is a hook of Fastify and not a guard of Nest: Nest runs its guards after Fastify has read and parsed the body. A
 * client without a token must not cause that work, nor get a 400, 413 or 415 instead of its 401.
 * @param tokenFile undefined: every client may write, as on a laptop, whose ports only its user can reach.
 */
export function guardWrites(fastify: FastifyInstance, tokenFile: string | undefined, logger: Logger): void {
  if (tokenFile === undefined) {
    logger.warn('writes need no token: set TOKEN_FILE to require one');
    return;
  }
  const guard = async (request: FastifyRequest): Promise<void> => {
    const presented = bearerOf(request);
    if (presented === undefined)
      throw unauthorized('A write needs a token: Authorization: Bearer TOKEN.', '');
    if (!isAmong(presented, tokensOf(tokenFile))) {
      throw unauthorized(
        'The token is invalid or has been replaced. Use the current token.',
        ', error="invalid_token"',
      );
    }
  };
  fastify.addHook('onRoute', (route) => {
    const isRead = [route.method].flat().every((method) => safeMethods.has(method));
    if (isRead || route.config?.refusesAnyway) return;
    route.onRequest = [guard, ...[route.onRequest ?? []].flat()];
  });
}

const bearerOf = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer +([\w.~+/-]+=*) *$/i.exec(headers.authorization ?? '')?.[1];

function tokensOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  } catch (error) {
    // Without the tokens it is unknown which client may write, so none may.
    const options = { cause: error, headers: { 'retry-after': '5' } };
    throw new HttpProblem(
      'service-unavailable',
      'Writes cannot be authorized now; try again in a moment.',
      options,
    );
  }
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Takes the same time for every place where two tokens differ, and for every token that matches. */
function isAmong(presented: string, tokens: readonly string[]): boolean {
  const wanted = digest(presented);
  return tokens.reduce((found, token) => timingSafeEqual(digest(token), wanted) || found, false);
}

const unauthorized = (detail: string, error: string): HttpProblem =>
  new HttpProblem('unauthorized', detail, { headers: { 'www-authenticate': `Bearer realm="shop"${error}` } });
