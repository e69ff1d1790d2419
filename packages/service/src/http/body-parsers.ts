import { HttpProblem } from '@shop/http-errors';
import type { FastifyInstance } from 'fastify';
import { parseJson } from './json.ts';

/** RFC 7396. */
export const mergePatchType = 'application/merge-patch+json';

/** The media type each method takes; a PATCH with plain JSON would leave open how it is meant. */
export const mediaTypeOf: Readonly<Record<string, string>> = {
  POST: 'application/json',
  PUT: 'application/json',
  PATCH: mergePatchType,
};

/** Replaces Fastify's parsers: two JSON types, each only with its methods, all else 415 (RFC 9110, section 15.5.16). */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const type of ['application/json', mergePatchType]) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      const expected = mediaTypeOf[request.method];
      if (expected !== undefined && expected !== type) return done(unsupported(request.method, expected));
      if (charsetOf(request.headers['content-type']) !== 'utf-8') {
        return done(
          new HttpProblem(
            'unsupported-media-type',
            'JSON is UTF-8 (RFC 8259): another charset cannot be read.',
          ),
        );
      }
      try {
        done(null, (body as Buffer).length === 0 ? undefined : parseJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

/** A 415 that says what to send instead. */
export function unsupported(method: string, expected = mediaTypeOf[method] ?? 'no body'): HttpProblem {
  return new HttpProblem('unsupported-media-type', `${method} takes a body of type ${expected}.`, {
    headers: method === 'PATCH' ? { 'accept-patch': expected } : { 'accept-post': expected },
  });
}

function charsetOf(contentType = ''): string {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  return charset === 'utf8' ? 'utf-8' : charset;
}
