import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** What went wrong, in one sentence; of what is unexpected nothing that could be a secret. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = statusOf(error);
    const message = status < 500 && error instanceof Error ? error.message : 'The board could not do that.';
    if (status >= 500)
      process.stderr.write(`board: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    void reply.status(status).send({ message });
  }
}

/** Nest's own errors and Fastify's, for instance of a body that is not JSON. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}
