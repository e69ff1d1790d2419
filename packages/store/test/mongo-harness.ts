import { describe, test } from '@jest/globals';
import { openStore } from '../src/index.ts';
import type { Harness } from './contract.ts';
import { findMongod, HOW_TO_GET_MONGOD, requiresMongod } from './mongod.ts';
import { ReplicaSet } from './replica-set.ts';

/**
 * Describes what needs a real MongoDB. Without one it fails where SHOP_REQUIRE names `mongod`, as in CI, and is
 * elsewhere reported as skipped under a name that says what is missing.
 */
export function describeWithMongod(name: string, suite: (start: () => Promise<ReplicaSet>) => void): void {
  const mongod = findMongod(process.env);
  if (mongod) {
    suite(async () => ReplicaSet.start(await mongod()));
  } else if (requiresMongod(process.env)) {
    test(name, () => {
      throw new Error(`SHOP_REQUIRE names mongod, but there is ${HOW_TO_GET_MONGOD}`);
    });
  } else {
    describe.skip(`${name}: not run, ${HOW_TO_GET_MONGOD}`, () => suite(() => Promise.reject(new Error())));
  }
}

export function mongoHarness(set: ReplicaSet): Harness {
  return {
    open: async () => openStore(set.url('shop')),
    goAway: () => set.kill(),
    comeBack: () => set.startAgain(),
    dispose: () => set.dispose(),
  };
}
