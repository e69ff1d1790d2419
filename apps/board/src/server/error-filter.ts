import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** One sentence about what went wrong. For unexpected errors it is general, because details could be a secret. */
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

/** For Nest's own errors and Fastify's, such as a body that is not JSON. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}
