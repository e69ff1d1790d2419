import { HttpProblem } from '@shop/http-errors';
import type { FailureReason } from '../outcome.ts';
import type { CallFailure } from '../upstream/failure.ts';
import type { Answer } from './answer.ts';

/**
 * The static answer of a route. It says that it is one: whoever reads it must not take it for the upstream's, nor
 * keep it.
 */
export const fallbackAnswer = (body: Buffer, reason: FailureReason): Answer => ({
  status: 200,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-fallback': 'static',
    'x-fallback-reason': reason,
  },
  body,
});

/** 504 for what took too long, 502 for what is broken, 503 and when to come again for what is not there. */
export function failureProblem({ reason, message, retryAfter, cause }: CallFailure): HttpProblem {
  if (reason === 'timeout') return new HttpProblem('upstream-timeout', message, { cause });
  if (reason === 'upstream-error') return new HttpProblem('bad-upstream', message, { cause });
  return new HttpProblem('upstream-unavailable', message, {
    cause,
    headers: { 'retry-after': String(retryAfter) },
  });
}
