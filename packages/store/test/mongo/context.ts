import { expect } from '@jest/globals';
import type { Collection, Db, Document } from 'mongodb';
import type { Repository, Store, StoreOptions } from '../../src/index.ts';
import { peopleSpec, type Person } from '../people.ts';
import type { ReplicaSet } from '../replica-set.ts';

/** What each part of the adapter's tests works with: a database of the test's own. */
export interface AdapterContext {
  readonly set: () => ReplicaSet;
  readonly url: () => string;
  /** The database and its collection of people, without the store. */
  readonly db: () => Db;
  readonly raw: () => Collection<Document & { _id: string }>;
  /** Opens a store that is closed after the test. */
  open(options?: StoreOptions, url?: string): Promise<Store>;
  /** An empty collection, ready, in its own store. */
  people(): Promise<Repository<Person>>;
}

export const spec = peopleSpec('people');

/** Matches the error of a store that cannot answer, with this in its message. */
export function unavailable(message = /./): unknown {
  return expect.objectContaining({
    name: 'StoreUnavailableError',
    message: expect.stringMatching(message),
  });
}
