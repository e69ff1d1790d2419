import { HttpProblem, type ProblemKind } from '@shop/http-errors';
import { placeOf, type FeedError, type FeedErrorReason } from '../formats/feed-error.ts';

const kinds: Readonly<Record<FeedErrorReason, ProblemKind>> = {
  unreachable: 'upstream-unavailable',
  timeout: 'upstream-timeout',
  'bad-answer': 'bad-upstream',
  cut: 'bad-upstream',
  malformed: 'bad-upstream',
  refused: 'bad-upstream',
};

/** What a client is answered when a feed fails before anything of it was sent. */
export function feedProblem(supplier: string, error: FeedError): HttpProblem {
  const { reason, message, cause } = error;
  const place = placeOf(error);
  const where = place === '' ? '' : ` (${place})`;
  return new HttpProblem(kinds[reason], `The feed of ${supplier} cannot be read: ${message}${where}.`, {
    cause,
    ...(reason === 'unreachable' ? { headers: { 'retry-after': '1' } } : {}),
  });
}
