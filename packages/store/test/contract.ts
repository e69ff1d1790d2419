import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import type { Repository, Store } from '../src/index.ts';
import { comparing } from './contract/comparing.ts';
import { lasting } from './contract/lasting.ts';
import { listing } from './contract/listing.ts';
import { searching } from './contract/searching.ts';
import { storing } from './contract/storing.ts';
import { uniqueness } from './contract/uniqueness.ts';
import { peopleSpec, type Person } from './people.ts';

/** A real database of one kind, which the suite may take away and bring back. */
export interface Harness {
  /** Another store of the same database, to be closed by the caller. It works while the database is away. */
  open(): Promise<Store>;
  /** Makes the database unreachable, abruptly. */
  goAway(): Promise<void>;
  /** Resolves once the database can be reached again, with everything that it had acknowledged. */
  comeBack(): Promise<void>;
  dispose(): Promise<void>;
}

/** What each part of the suite works with. */
export interface Context {
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** Opens a store that is closed after the test. */
  open(): Promise<Store>;
  /** The name of a collection that no other test uses. */
  newName(): string;
  /** An empty collection, ready, in its own store. */
  people(): Promise<Repository<Person>>;
}

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
