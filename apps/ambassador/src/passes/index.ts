import type { AmbassadorConfig } from '../config.ts';
import type { Route } from '../routes/table.ts';
import { checkExpectation } from './expectation.ts';
import { checkFraming } from './framing.ts';
import { forwardedFields } from './forwarded.ts';
import { answerMethod } from './method.ts';
import type { Pass } from './pass.ts';
import { prepareHeaders } from './headers.ts';
import { chooseRoute } from './route.ts';
import { readTarget } from './target.ts';

export type { Pass } from './pass.ts';

/** What every request goes through, in this order, before the call to its upstream. */
export const createPasses = (
  config: Pick<AmbassadorConfig, 'forwarded'>,
  routes: readonly Route[],
): Pass[] => [
  // Refuses what two readers could take for two different requests.
  checkFraming,
  // Refuses what the client expects and no upstream is asked for.
  checkExpectation,
  // Answers the methods that are meant for the ambassador itself: OPTIONS *, TRACE.
  answerMethod,
  // Finds the path in the request target, and refuses one that could leave its prefix.
  readTarget,
  // Finds the upstream by the longest prefix.
  chooseRoute(routes),
  // Drops what is between the client and the ambassador only, and continues the trace.
  prepareHeaders,
  // Says on whose behalf the call is made: X-Forwarded-*.
  forwardedFields(config.forwarded),
];
