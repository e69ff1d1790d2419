import { noFailedRequests, noFallbacks } from '../judge/expectations.ts';
import { containerKill } from './shared/container-kill.ts';

export const containerKillLogSidecar = containerKill({
  app: 'product',
  container: 'log-sidecar',
  clientSees: 'nothing',
  expectations: [noFailedRequests, noFallbacks],
});
