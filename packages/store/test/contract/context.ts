import type { Repository, Store } from '../../src/index.ts';
import type { Person } from '../people.ts';

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
