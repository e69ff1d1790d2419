import * as policies from '../cluster/policies.ts';
import { kubectl } from './kubectl.ts';

/** Whether the kind cluster enforces its network policies. @throws {CommandError} when it cannot be tried. */
export const policiesAreEnforced = (): Promise<boolean> => policies.policiesAreEnforced(kubectl);

/** What to print where it does not. Kernels of WSL 2 may lack nft's queue: kubernetes-sigs/kind#3705, #3789. */
export const policiesNotEnforced =
  'Network policies are not enforced here: every pod reaches every other one. The shop works all the same; ' +
  'the network-policies tests, the lesson on them and the network-partition faults cannot show anything. Kernels of ' +
  'WSL 2 and of some virtual machines lack what kindnet needs (nft queue): `docker exec shop-worker nft list ruleset` ' +
  'and the log of the DaemonSet kindnet in kube-system say so; a newer kernel (wsl --update) may have it';
