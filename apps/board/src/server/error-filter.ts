import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProblemError, problemOf } from '../problems/problem-error.ts';
import { problemsInEnglish } from '../problems/en.ts';
import { problemText, type Problem } from '../problems/problem.ts';

/** What was requested cannot be done here. */
export class RefusedError extends ProblemError {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, problem: Problem) {
    super(problem);
    this.status = status;
  }
}

/** What a response with an error has. */
export const bodyOf = (problem: Problem): { readonly message: string; readonly problem: Problem } => ({
  message: problemText(problemsInEnglish, problem),
  problem,
});

/**
 * What went wrong: in English, and as the problem that the page has a text for. For unexpected errors it is general, because
 * details could be a secret.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = statusOf(error);
    const problem: Problem = status < 500 ? problemOf(error) : { code: 'unexpected' };
    if (status >= 500)
      process.stderr.write(`board: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    void reply.status(status).send(bodyOf(problem));
  }
}

/** For the board's own errors, Nest's and Fastify's, such as a body that is not JSON. */
function statusOf(error: unknown): number {
  if (error instanceof RefusedError) return error.status;
  if (error instanceof ProblemError) return 409;
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}
