import { noFailedRequests, recoversWithin } from '../judge/expectations.ts';
import { containerKill } from './shared/container-kill.ts';

export const containerKillAmbassador = containerKill({
  app: 'product',
  container: 'ambassador',
  clientSees: 'products with a fallback for the seller, from this pod, for a moment',
  expectations: [noFailedRequests, recoversWithin(5_000)],
});
