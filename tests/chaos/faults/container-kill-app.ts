import { failsAtMost, recoversWithin } from '../judge/expectations.ts';
import { containerKill } from './shared/container-kill.ts';

export const containerKillApp = containerKill({
  app: 'product',
  container: 'app',
  clientSees: 'unfinished requests in it fail, and few more until the Ingress has taken the pod out',
  // The requests of one second to one of two pods, at the usual rate.
  expectations: [failsAtMost(25), recoversWithin(5_000)],
});
