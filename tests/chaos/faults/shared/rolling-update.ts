/** The same pods again, one after the other: the rollout itself is what is tested, not what changes. */
import { noFailedRequests, restartsOnly, type Expectation } from '../../judge/expectations.ts';

export const clientSeesNothing = 'nothing: each new pod is ready before an old one goes, and old ones drain';
export const mustHold: readonly Expectation[] = [noFailedRequests, restartsOnly(undefined)];
