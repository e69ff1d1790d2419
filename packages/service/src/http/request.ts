import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem } from '@shop/http-errors';
import type { AppDependencies } from '@shop/lifecycle';
import { contextFromHeaders, runInContext, type RequestContext } from '@shop/logging';
import { Histogram } from '@prometheus-io/client';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { accepts } from './media-types.ts';

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext;
  }
  interface FastifyContextConfig {
    /** The media types that the route can send; default JSON. */
    produces?: readonly string[];
    /** Every client may see the response, because the route only refuses. */
    refusesAnyway?: boolean;
  }
}

/**
 * What happens around every request, in this order: context, negotiation; at the end a log line and the metric. These
 * are hooks of Fastify, because Nest's interceptors see neither a request that is refused before its handler nor the
 * end of its response.
 */
export function registerRequestHooks(
  fastify: FastifyInstance,
  { logger, lifecycle, registry }: AppDependencies,
): void {
  /** The histogram's count is the number of requests. */
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its response, in seconds',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  fastify.decorateRequest('context', null as unknown as RequestContext);

  fastify.addHook('onRequest', (request, reply, done) => {
    identify(request, reply);
    runInContext(request.context, done);
  });

  fastify.addHook('onRequest', (request, _reply, done) => {
    done(isAcceptable(request) ? undefined : notAcceptable(request));
  });

  // A body arrives in events of the socket, outside of any request: the context is entered again after it.
  fastify.addHook('preValidation', (request, _reply, done) => runInContext(request.context, done));

  fastify.addHook('onSend', (request, reply, _payload, done) => {
    // Fastify closes the connection after a body that it refuses. The rest of that body would then cause a reset, which
    // could overtake the response (RFC 9112, section 9.6). If the connection stays open, Node reads and drops the rest
    // until requestTimeout.
    if (!request.raw.complete) reply.removeHeader('connection');
    // Clients are sent to another connection, so that none sends a request while this server closes.
    else if (lifecycle.phase === 'draining') reply.header('connection', 'close');
    done();
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    // The route's template, never the URL, which the client chooses freely.
    const route = request.routeOptions.url ?? 'unmatched';
    const { statusCode: status, elapsedTime } = reply;
    const durationMs = Math.round(elapsedTime * 10) / 10;
    // Without the query, which may contain what a user searched for.
    const { path } = splitUrl(request.url);
    // At once: the line's time is when the response ended.
    runInContext(request.context, () => logger.info({ method, path, route, status, durationMs }, 'request'));
    duration.observe({ method, route, status: String(status) }, elapsedTime / 1000);
    done();
  });

  fastify.addHook('onRequestAbort', (request, done) => {
    runInContext(request.context, () =>
      logger.info({ method: request.method, path: splitUrl(request.url).path }, 'the client left'),
    );
    done();
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** By connection: the latest request, and the one before it if that had no response yet (pipelining). */
const latest = new WeakMap<Socket, Exchange & { readonly before: Exchange | undefined }>();

/** @returns the latest request that has come on a connection, if any; `client-errors.ts` needs it. */
export const latestOf = (socket: Socket) => latest.get(socket);

export const isOver = (response: ServerResponse): boolean => response.writableFinished || response.closed;

/**
 * Gives the request its context, and remembers it for its connection; also for requests that Fastify refuses before any
 * hook.
 */
export function identify(request: FastifyRequest, reply: FastifyReply): void {
  const { socket } = request.raw;
  const known = latest.get(socket);
  const before = known && !isOver(known.response) ? { ...known, before: undefined } : undefined;
  latest.set(socket, { request: request.raw, response: reply.raw, before });
  request.context = contextFromHeaders(request.headers);
  request.id = request.context.requestId;
  reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
}

const producedBy = (request: FastifyRequest): readonly string[] =>
  request.routeOptions.config.produces ?? ['application/json'];

function isAcceptable(request: FastifyRequest): boolean {
  // The response to DELETE has no body, and an unknown path has nothing to negotiate.
  if (request.is404 || request.method === 'DELETE') return true;
  return producedBy(request).some((type) => accepts(request.headers.accept, type));
}

function notAcceptable(request: FastifyRequest): HttpProblem {
  return new HttpProblem('not-acceptable', `Only ${producedBy(request).join(' or ')} is served here.`);
}

export interface SplitUrl {
  readonly path: string;
  /** Without its question mark; empty where there is none. */
  readonly query: string;
}

/**
 * Splits the target of a request (RFC 9112, section 3.2) as the router does: at the first question mark. A number sign
 * is not allowed in a target; the router treats it as a question mark.
 * @param url in origin form, or in absolute form, whose scheme and host are dropped.
 */
export function splitUrl(url: string): SplitUrl {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '');
  const cut = target.search(/[?#]/);
  return cut < 0 ? { path: target, query: '' } : { path: target.slice(0, cut), query: target.slice(cut + 1) };
}
