import { jest } from '@jest/globals';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';
import { describeStore } from './contract.ts';
import { mongoHarness } from './mongo-harness.ts';
import { ReplicaSet } from './replica-set.ts';

// A disk that is busy with other things syncs slowly.
jest.setTimeout(300_000);

describeWithMongod('the store on MongoDB', (mongod) => {
  describeStore('MongoDB', async () => mongoHarness(await ReplicaSet.start(await mongod())));
});
