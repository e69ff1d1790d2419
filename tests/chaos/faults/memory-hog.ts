import { onePodOf, untilRestarted } from '../actions/pods.ts';
import type { Fault } from '../fault.ts';
import {
  failsAtMost,
  ofUser,
  productStaysAvailable,
  recoversWithin,
  restartsOnly,
} from '../judge/expectations.ts';
import { faultSwitch, switchOn } from '../preparations/fault-switch.ts';

export const memoryHog: Fault = {
  name: 'memory-hog',
  title: 'a container of user takes more memory than it may',
  knownAs: 'LitmusChaos pod-memory-hog',
  needs: [faultSwitch],
  clientSees:
    'products with a fallback for the seller, in part; `/user` fails in the one pod until it is started again',
  async inject(stage) {
    const pod = await onePodOf(stage, 'user');
    await switchOn(stage, { kind: 'memory' }, [pod]);
    await untilRestarted(stage, pod, 'app');
    // The file outlives the container: remove it before the next request finds it.
    await stage.restore();
  },
  expectations: [
    productStaysAvailable,
    failsAtMost(40, 'requests to user', ofUser),
    recoversWithin(5_000),
    restartsOnly(/^user-.*\/app$/),
  ],
};
