import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpProblem, type ProblemKind } from '@shop/http-errors';
import type { Logger } from '@shop/logging';
import { DuplicateError, StaleError, StoreUnavailableError } from '@shop/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unsupported } from './body-parsers.ts';

/** Turns whatever was thrown, by us, the store, Nest or Fastify, into one problem+json answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemOf(error, request);
    if (problem.status >= 500) {
      const level = problem.kind === 'internal-error' ? 'error' : 'warn';
      this.#logger[level]({ err: error, kind: problem.kind }, 'request failed');
    }
    // Nothing is left to be said once an answer has begun.
    if (reply.sent || reply.raw.headersSent) return;
    reply
      .code(problem.status)
      .headers({ 'cache-control': 'no-store', ...problem.headers })
      .type(HttpProblem.contentType)
      .send(JSON.stringify(problem.toDetails(`urn:shop:request:${request.id}`)));
  }
}

/** Fastify's and Node's own refusals, by their code. */
const byCode: Readonly<Record<string, readonly [ProblemKind, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'A body may have at most 64 KiB.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed-request',
    'The body has another length than Content-Length says.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-json', 'A JSON body is required.'],
  FST_ERR_BAD_URL: ['malformed-request', 'The URL is not properly percent-encoded.'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri-too-long', 'A part of the path is too long.'],
  ECONNRESET: ['malformed-request', 'The request was cut off.'],
};

function problemOf(error: unknown, request: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof StoreUnavailableError) {
    const options = { cause: error, headers: { 'retry-after': '1' } };
    return new HttpProblem(
      'service-unavailable',
      'The database cannot be reached now; try again in a moment.',
      options,
    );
  }
  if (error instanceof DuplicateError) {
    const errors = [{ pointer: `/${error.field}`, detail: 'is taken already' }];
    return new HttpProblem('conflict', `Another entity has this ${error.field}.`, { cause: error, errors });
  }
  if (error instanceof StaleError) {
    return new HttpProblem('conflict', 'The entity is being changed by others; read it again and retry.', {
      cause: error,
    });
  }
  const code = (error as { code?: string } | null)?.code;
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return unsupported(request.method);
  const known = code === undefined ? undefined : byCode[code];
  if (known) return new HttpProblem(known[0], known[1], { cause: error });
  if (error instanceof HttpException && error.getStatus() === 404) return notFound(request);
  const status = (error as { statusCode?: number } | null)?.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return new HttpProblem('malformed-request', 'The request cannot be understood.', { cause: error });
  }
  return new HttpProblem('internal-error', 'The request could not be completed; the log has the reason.', {
    cause: error,
  });
}

function notFound(request: FastifyRequest): HttpProblem {
  return new HttpProblem('not-found', `There is nothing at ${request.url.split('?')[0]}.`);
}
