import { HttpProblem } from '@shop/http-errors';
import type { FastifyInstance } from 'fastify';
import { mediaTypeOf } from './body-parsers.ts';

/**
 * Collects the methods of each path while routes are registered. The returned function then makes every path respond to
 * all other methods: 405 with `Allow` (RFC 9110, section 15.5.6), and 204 with `Allow` to OPTIONS. Call it after the
 * last route and before the server is ready.
 */
export function collectRoutes(fastify: FastifyInstance): () => void {
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    methodsOf.set(url, methods);
  });

  return () => {
    // Copied, because the routes that are registered here come through the hook, too.
    for (const [url, methods] of [...methodsOf].map(([path, own]) => [path, new Set(own)] as const)) {
      const allow = [...methods, 'OPTIONS'].sort().join(', ');
      const others = fastify.supportedMethods.filter(
        (method) => !methods.has(method) && method !== 'OPTIONS',
      );
      fastify.route({
        method: others,
        url,
        config: { refusesAnyway: true },
        // Before the body is read, because no body is accepted here.
        onRequest: async (request) => {
          const detail = `${request.method} is not allowed here. Allowed: ${allow}.`;
          throw new HttpProblem('method-not-allowed', detail, { headers: { allow } });
        },
        handler: async () => undefined,
      });
      const takes = (method: string): string | undefined =>
        methods.has(method) ? mediaTypeOf[method] : undefined;
      fastify.route({
        method: 'OPTIONS',
        url,
        handler: async (_request, reply) => {
          const headers = { allow, 'accept-post': takes('POST'), 'accept-patch': takes('PATCH') };
          return reply
            .code(204)
            .headers(Object.fromEntries(Object.entries(headers).filter(([, value]) => value)))
            .send();
        },
      });
    }
  };
}
