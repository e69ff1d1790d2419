import type { IncomingHttpHeaders } from 'node:http';
import { HttpProblem } from '@shop/http-errors';
import type { FastifyInstance } from 'fastify';
import { parseJson } from './json.ts';
import { isUtf8, parseMediaType } from './media-types.ts';

/** RFC 7396. */
export const mergePatchType = 'application/merge-patch+json';

/** The media type each method takes; a PATCH with plain JSON would leave open how it is meant. */
export const mediaTypeOf: Readonly<Record<string, string>> = {
  POST: 'application/json',
  PUT: 'application/json',
  PATCH: mergePatchType,
};

/**
 * Replaces Fastify's parsers: two JSON types, each only with its methods, all else 415 (RFC 9110, section 15.5.16). So is
 * a body with a method that takes none, where ignoring it could do something else than the client means.
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
  // Judged by the header fields alone, so that no client sends a body that is refused anyway.
  fastify.addContentTypeParser('*', (request, _body, done) => {
    if (mediaTypeOf[request.method] === undefined && !hasBody(request.headers)) done(null, undefined);
    else done(unsupported(request.method));
  });
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;

/** A 415 that says what to send instead: in `Accept` (RFC 9110, section 12.5.1) and the field of the method, if it has one. */
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
