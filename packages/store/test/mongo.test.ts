import { describeWithMongod } from '@shop/testing/describe-with-mongod';
import { describeStore } from './contract.ts';
import { mongoHarness } from './mongo-harness.ts';
import { ReplicaSet } from './replica-set.ts';

describeWithMongod('the store on MongoDB', (mongod) => {
  describeStore('MongoDB', async () => mongoHarness(await ReplicaSet.start(await mongod())));
});
