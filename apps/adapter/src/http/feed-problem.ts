import { HttpProblem, type ProblemKind } from '@shop/http-errors';
import type { FeedError, FeedErrorReason } from '../feed/feed-error.ts';

const kinds: Readonly<Record<FeedErrorReason, ProblemKind>> = {
  unreachable: 'upstream-unavailable',
  timeout: 'upstream-timeout',
  'bad-answer': 'bad-upstream',
  cut: 'bad-upstream',
  malformed: 'bad-upstream',
  refused: 'bad-upstream',
};

/** What a client is answered when a feed fails before anything of it was sent. */
export function feedProblem(supplier: string, { reason, line, message, cause }: FeedError): HttpProblem {
  const where = line === undefined ? '' : ` (line ${line})`;
  return new HttpProblem(kinds[reason], `The feed of ${supplier} cannot be read: ${message}${where}.`, {
    cause,
    ...(reason === 'unreachable' ? { headers: { 'retry-after': '1' } } : {}),
  });
}
