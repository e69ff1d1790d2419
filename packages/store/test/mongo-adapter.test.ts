import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';
import { openStore, type Store } from '../src/index.ts';
import { absence } from './mongo/absence.ts';
import { type AdapterContext, spec } from './mongo/context.ts';
import { errors } from './mongo/errors.ts';
import { indexes } from './mongo/indexes.ts';
import { ReplicaSet } from './replica-set.ts';

describeWithMongod('the MongoDB adapter', (mongod) => {
  describe('the MongoDB adapter', () => {
    const opened: Store[] = [];
    let set: ReplicaSet;
    let test = 0;

    beforeAll(async () => {
      set = await ReplicaSet.start(await mongod());
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()));
      test += 1;
    });
    afterAll(async () => {
      await set?.dispose();
    });

    const context: AdapterContext = {
      set: () => set,
      url: () => set.url(`adapter${test}`),
      db: () => set.db(`adapter${test}`),
      raw: () => context.db().collection('people'),
      async open(options = {}, url = context.url()) {
        const store = await openStore(url, options);
        opened.push(store);
        return store;
      },
      async people() {
        const store = await context.open();
        const people = store.collection(spec);
        await store.ready(10_000);
        return people;
      },
    };

    for (const part of [indexes, errors, absence]) part(context);
  });
});
