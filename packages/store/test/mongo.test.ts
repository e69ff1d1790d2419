import { jest } from '@jest/globals';
import { describeStore } from './contract.ts';
import { describeWithMongod, mongoHarness } from './mongo-harness.ts';

// A disk that is busy with other things syncs slowly.
jest.setTimeout(30_000);

describeWithMongod('the store on MongoDB', (start) => {
  describeStore('MongoDB', async () => mongoHarness(await start()));
});
