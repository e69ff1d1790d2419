/** The same pods again, one after the other: the rollout itself is what is tested, not what changes. */
import { type Expectation, noFailedRequests, noRestarts } from '../../judge/expectations.ts';

export const clientSeesNothing = 'nothing: each new pod is ready before an old one goes, and old ones drain';
export const mustHold: readonly Expectation[] = [noFailedRequests, noRestarts];
