import { HttpProblem } from '@shop/http-errors';
import { contextFromHeaders, runInContext, type Logger, type RequestContext } from '@shop/logging';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accepts } from './accept.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { splitUrl } from './url.ts';

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext;
  }
  interface FastifyContextConfig {
    /** The media type of the route's response; default JSON. */
    produces?: string;
    /** The route only refuses: every client may see that. */
    refusesAnyway?: boolean;
  }
}

/** What happens around every request, in this order: context, negotiation; at the end a log line and the metrics. */
export function registerRequestHooks(
  fastify: FastifyInstance,
  logger: Logger,
  metrics: RequestMetrics,
): void {
  fastify.decorateRequest('context', null as unknown as RequestContext);

  fastify.addHook('onRequest', (request, reply, done) => {
    identify(request, reply);
    runInContext(request.context, done);
  });

  fastify.addHook('onRequest', (request, _reply, done) => {
    done(isAcceptable(request) ? undefined : notAcceptable(request));
  });

  // A body arrives in events of the socket, which belong to no request: the context is entered again after it.
  fastify.addHook('preValidation', (request, _reply, done) => runInContext(request.context, done));

  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    metrics.observe({
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    runInContext(request.context, () => {
      logger.info(
        // Without the query: it may hold a user's search.
        {
          method: request.method,
          path: splitUrl(request.url).path,
          route,
          status: reply.statusCode,
          durationMs,
        },
        'request',
      );
    });
    done();
  });

  fastify.addHook('onRequestAbort', (request, done) => {
    runInContext(request.context, () =>
      logger.info({ method: request.method, path: splitUrl(request.url).path }, 'the client left'),
    );
    done();
  });
}

/** Gives the request its context; also for those that Fastify refuses before any hook. */
export function identify(request: FastifyRequest, reply: FastifyReply): void {
  request.context = contextFromHeaders(request.headers);
  request.id = request.context.requestId;
  reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
}

const producedBy = (request: FastifyRequest): string =>
  request.routeOptions.config.produces ?? 'application/json';

function isAcceptable(request: FastifyRequest): boolean {
  // A DELETE answers without a body, and an unknown path has nothing to negotiate about.
  if (request.is404 || request.method === 'DELETE') return true;
  return accepts(request.headers.accept, producedBy(request));
}

function notAcceptable(request: FastifyRequest): HttpProblem {
  return new HttpProblem('not-acceptable', `Only ${producedBy(request)} is served here.`);
}
