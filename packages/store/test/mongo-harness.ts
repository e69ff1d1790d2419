import { openStore } from '../src/index.ts';
import type { Harness } from './contract/context.ts';
import type { ReplicaSet } from './replica-set.ts';

export function mongoHarness(set: ReplicaSet): Harness {
  return {
    open: async () => openStore(set.url('shop')),
    goAway: () => set.kill(),
    comeBack: () => set.startAgain(),
    dispose: () => set.dispose(),
  };
}
