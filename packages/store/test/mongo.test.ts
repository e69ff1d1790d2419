import { describeStore } from './contract.ts';
import { describeWithMongod, mongoHarness } from './mongo-harness.ts';

describeWithMongod('the store on MongoDB', (start) => {
  describeStore('MongoDB', async () => mongoHarness(await start()));
});
