import { noFailedRequests, noFallbacks } from '../judge/expectations.ts';
import { containerKill } from './shared/container-kill.ts';

export const containerKillAdapter = containerKill({
  app: 'legacy-supplier',
  container: 'adapter',
  clientSees: 'nothing: the shop does not depend on its suppliers',
  expectations: [noFailedRequests, noFallbacks],
});
