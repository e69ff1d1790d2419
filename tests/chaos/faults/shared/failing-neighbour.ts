/** User cannot be reached, responds too late or wrongly: product goes on, with fallbacks for its sellers. */
import {
  breakerShows,
  type Expectation,
  noRestarts,
  noThunderingHerd,
  p99IsBounded,
  p99ReturnsToNormal,
  productStaysAvailable,
} from '../../judge/expectations.ts';

const untilItIsBack = [productStaysAvailable, p99IsBounded];
const afterwards = [p99ReturnsToNormal, noThunderingHerd, noRestarts];

/** For faults that may not open the breaker: too few requests fail, or the breaker does not see that they fail. */
export const productGoesOn: readonly Expectation[] = [...untilItIsBack, ...afterwards];

/** For faults that fail every request: the breaker opens, tries again, and closes. */
export const breakerTakesOver: readonly Expectation[] = [
  ...untilItIsBack,
  breakerShows('open', 'half-open', 'closed'),
  ...afterwards,
];
