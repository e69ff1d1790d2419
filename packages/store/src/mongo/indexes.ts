import type { Collection, IndexDescription } from 'mongodb';
import { type CollectionSpec, type Entity, StoreUnavailableError } from '../port.ts';
import { type StoredDocument, TERMS, UNIQUE, VERSION_PATH } from './documents.ts';
import { isDuplicateKey } from './errors.ts';

/**
 * @returns the indexes of a collection, with the server's usual names. They have no empty options, which Stable API 1
 * lacks.
 */
export function indexesOf<T extends Entity>(spec: CollectionSpec<T>): IndexDescription[] {
  return [
    ...spec.unique.map(({ field }) => ({
      key: { [`${UNIQUE}.${field}`]: 1 },
      unique: true,
      // Entities without the value do not collide. (`sparse` is not part of Stable API 1.)
      partialFilterExpression: { [`${UNIQUE}.${field}`]: { $exists: true } },
    })),
    ...spec.filters.map((field) => ({ key: { [field]: 1, _id: 1 } })),
    ...(spec.text.length > 0 ? [{ key: { [TERMS]: 1, _id: 1 } }, { key: { [VERSION_PATH]: 1 } }] : []),
  ];
}

/** Ensures that a collection has its indexes, once until {@link Indexes.forget}. */
export class Indexes {
  readonly #indexes: IndexDescription[];
  #made: Promise<void> | undefined;

  constructor(indexes: IndexDescription[]) {
    this.#indexes = indexes;
  }

  /**
   * Resolves once the indexes exist. Concurrent callers share one attempt; after a failure the next call tries again.
   * Replicas may do this at the same time: the server makes each index once.
   * @throws {StoreUnavailableError} when documents break a unique index; the driver's errors.
   */
  ensure(collection: Collection<StoredDocument>): Promise<void> {
    const attempt = (this.#made ??= this.#make(collection));
    attempt.catch(() => {
      if (this.#made === attempt) this.#made = undefined;
    });
    return attempt;
  }

  /** Call it when the database was away: it may return as another one, without the indexes. */
  forget(): void {
    this.#made = undefined;
  }

  async #make(collection: Collection<StoredDocument>): Promise<void> {
    if (this.#indexes.length === 0) return;
    try {
      // With the default quorum, all voting members, a shop would not be ready while one of three is down.
      await collection.createIndexes(this.#indexes, { commitQuorum: 'majority' });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new StoreUnavailableError(`documents of ${collection.collectionName} break a unique index`, {
        cause: error,
      });
    }
  }
}
