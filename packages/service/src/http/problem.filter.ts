import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpProblem, problemResponse } from '@shop/http-errors';
import type { Logger } from '@shop/logging';
import { DuplicateError, StaleError, StoreUnavailableError } from '@shop/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { unsupported } from './body-parsers.ts';
import { splitUrl } from './request.ts';

/** Turns every error, from us, the store, Nest or Fastify, into one problem+json response. */
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
    // A response that has begun cannot be changed any more.
    if (reply.sent || reply.raw.headersSent) return;
    const { status, headers, body } = problemResponse(problem, request.id);
    // Sent as bytes: Fastify adds a charset to text, and this media type has no such parameter (RFC 8259).
    reply.code(status).headers(headers).send(Buffer.from(body));
  }
}

/** Fastify's own refusals, which Nest passes on as exceptions with their status. */
function refusalOf(status: number, error: unknown, request: FastifyRequest): HttpProblem {
  const options = { cause: error };
  switch (status) {
    case 404:
      return new HttpProblem('not-found', `Nothing is found at ${splitUrl(request.url).path}.`, options);
    case 413:
      return new HttpProblem('body-too-large', 'A body may have at most 64 KiB.', options);
    case 414:
      return new HttpProblem('uri-too-long', 'A part of the path is too long.', options);
    case 415:
      return unsupported(request.method);
    default:
      return new HttpProblem('malformed-request', 'The request cannot be understood.', options);
  }
}

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
    const errors = [{ pointer: `/${error.field}`, detail: 'is already in use' }];
    return new HttpProblem('conflict', `Another entity has this ${error.field}.`, { cause: error, errors });
  }
  if (error instanceof StaleError) {
    return new HttpProblem('conflict', 'The entity was modified concurrently. Read it again and retry.', {
      cause: error,
    });
  }
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : ((error as { statusCode?: number } | null)?.statusCode ?? 500);
  if (status >= 400 && status < 500) return refusalOf(status, error, request);
  return new HttpProblem('internal-error', 'The request could not be completed; the log has the reason.', {
    cause: error,
  });
}
