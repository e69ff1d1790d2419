import type { IncomingHttpHeaders } from 'node:http';
import { HttpProblem } from '@shop/http-errors';
import type { FastifyInstance } from 'fastify';
import { parseJson } from './json.ts';
import { isUtf8, parseMediaType } from './media-types.ts';

/** RFC 7396. */
export const mergePatchType = 'application/merge-patch+json';

/** The media type of each method's body. A PATCH with plain JSON would not say which kind of patch it is. */
export const mediaTypeOf: Readonly<Record<string, string>> = {
  POST: 'application/json',
  PUT: 'application/json',
  PATCH: mergePatchType,
};

/**
 * Replaces Fastify's parsers. There are two JSON types, each for its own methods; every other type is 415 (RFC 9110,
 * section 15.5.16). A body with a method that takes none is 415, too: if it was ignored, something else could happen
 * than the client means.
 */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const type of ['application/json', mergePatchType]) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      const expected = mediaTypeOf[request.method];
      if (expected === undefined && body.length === 0) return done(null, undefined);
      if (expected !== type) return done(unsupported(request.method));
      if (!isUtf8(charsetOf(request.headers['content-type']))) {
        return done(
          new HttpProblem(
            'unsupported-media-type',
            'JSON must be UTF-8 (RFC 8259). Remove the charset parameter or set it to utf-8.',
          ),
        );
      }
      try {
        done(null, body.length === 0 ? undefined : parseJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    });
  }
  // Decided by the header fields alone, so that no client sends a body that is refused anyway.
  fastify.addContentTypeParser('*', (request, _body, done) => {
    if (mediaTypeOf[request.method] === undefined && !hasBody(request.headers)) done(null, undefined);
    else done(unsupported(request.method));
  });
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;

/**
 * A 415 that names what to send instead, in `Accept` (RFC 9110, section 12.5.1) and in the method's own field, if it
 * has one.
 */
export function unsupported(method: string): HttpProblem {
  const expected = mediaTypeOf[method];
  if (expected === undefined) return new HttpProblem('unsupported-media-type', `${method} takes no body.`);
  const field = { POST: 'accept-post', PATCH: 'accept-patch' }[method];
  return new HttpProblem(
    'unsupported-media-type',
    `${method} takes a body with the media type ${expected}.`,
    {
      headers: { accept: expected, ...(field === undefined ? {} : { [field]: expected }) },
    },
  );
}

const charsetOf = (contentType = ''): string =>
  parseMediaType(contentType)?.parameters.find(([name]) => name === 'charset')?.[1] ?? 'utf-8';
