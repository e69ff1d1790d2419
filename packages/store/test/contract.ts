import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import type { Store } from '../src/index.ts';
import { comparing } from './contract/comparing.ts';
import type { Context, Harness } from './contract/context.ts';
import { lasting } from './contract/lasting.ts';
import { listing } from './contract/listing.ts';
import { searching } from './contract/searching.ts';
import { storing } from './contract/storing.ts';
import { uniqueness } from './contract/uniqueness.ts';
import { peopleSpec } from './people.ts';

/** Describes what every adapter has to do. `start` gives it its own database, without data. */
export function describeStore(name: string, start: () => Promise<Harness>): void {
  describe(`the store on ${name}`, () => {
    const opened: Store[] = [];
    let harness: Harness;
    let names = 0;

    beforeAll(async () => {
      harness = await start();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()));
    });
    afterAll(async () => {
      await harness?.dispose();
    });

    const context: Context = {
      goAway: () => harness.goAway(),
      comeBack: () => harness.comeBack(),
      async open() {
        const store = await harness.open();
        opened.push(store);
        return store;
      },
      newName: () => `people${++names}`,
      async people() {
        const store = await context.open();
        const people = store.collection(peopleSpec(context.newName()));
        await store.ready(10_000);
        return people;
      },
    };

    // Lasting first: a killed database recovers faster while it has few collections.
    for (const part of [lasting, storing, uniqueness, comparing, listing, searching]) part(context);
  });
}
