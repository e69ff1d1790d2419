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

/** Where not enough calls fail, or not in a way that the breaker sees, to open it for certain. */
export const productGoesOn: readonly Expectation[] = [...untilItIsBack, ...afterwards];

/** Where every call fails: the breaker takes over, tries, and leaves off. */
export const breakerTakesOver: readonly Expectation[] = [
  ...untilItIsBack,
  breakerShows('open', 'half-open', 'closed'),
  ...afterwards,
];
