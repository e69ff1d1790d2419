import { describe } from '@jest/globals';
import { openStore } from '../src/index.ts';
import type { Harness } from './contract.ts';
import { findMongod, HOW_TO_GET_MONGOD, requiresMongod } from '@shop/testing/mongod';
import { ReplicaSet } from './replica-set.ts';

/**
 * Describes what needs a real MongoDB. Without one it fails where SHOP_REQUIRE names `mongod`, as in CI, and is
 * elsewhere reported as skipped under a name that says what is missing.
 */
export function describeWithMongod(name: string, suite: (start: () => Promise<ReplicaSet>) => void): void {
  const mongod = findMongod(process.env);
  const start = async () => {
    if (!mongod) throw new Error(`SHOP_REQUIRE names mongod, but there is ${HOW_TO_GET_MONGOD}`);
    return ReplicaSet.start(await mongod());
  };
  if (mongod || requiresMongod(process.env)) {
    suite(start);
    return;
  }
  // Not console.warn: jest drops what a skipped file says.
  process.stderr.write(`${name} is not tested: ${HOW_TO_GET_MONGOD}\n`);
  // eslint-disable-next-line jest/no-disabled-tests -- reported as skipped, and forbidden where SHOP_REQUIRE says so
  describe.skip(`${name}, not run: ${HOW_TO_GET_MONGOD}`, () => {
    suite(start);
  });
}

export function mongoHarness(set: ReplicaSet): Harness {
  return {
    open: async () => openStore(set.url('shop')),
    goAway: () => set.kill(),
    comeBack: () => set.startAgain(),
    dispose: () => set.dispose(),
  };
}
