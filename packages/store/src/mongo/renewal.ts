import type { Log } from '../availability.ts';
import { type CollectionSpec, type Entity, StoreUnavailableError } from '../port.ts';
import { TERMS_VERSION } from '../terms.ts';
import { type Connection, SERVER_MS, WRITE_MS } from './connection.ts';
import { PROJECTION, type StoredDocument, TERMS, toDocument, toEntity, VERSION_PATH } from './documents.ts';
import { identity } from './repository.ts';

/** Documents that are renewed at once: together they are read, and written, within one operation's time. */
const BATCH = 100;
/** How often documents are looked for that need it, in milliseconds. Normally the index that is queried has none. */
const INTERVAL_MS = 60_000;

/**
 * Gives the documents of an earlier program the terms of this one, so that a search finds them. They are looked for again
 * and again: while a service is updated an earlier program still writes some, and a backup that is restored has some.
 */
export class Renewal {
  readonly #connection: Connection;
  readonly #log: Log | undefined;
  #running: Promise<void> | undefined;
  #nextAt = 0;

  constructor(connection: Connection, log: Log | undefined) {
    this.#connection = connection;
    this.#log = log;
  }

  /**
   * Resolves when no such document is left. If there is none, that takes one query; shortly after such a run it
   * resolves at once. Concurrent callers share one attempt.
   * @throws {StoreUnavailableError}; then the next call tries again.
   */
  run(specs: readonly CollectionSpec<Entity>[]): Promise<void> {
    if (performance.now() < this.#nextAt) return Promise.resolve();
    this.#running ??= this.#renewAll(specs).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #renewAll(specs: readonly CollectionSpec<Entity>[]): Promise<void> {
    for (const spec of specs) {
      try {
        const documents = await renewTerms(this.#connection, spec);
        if (documents > 0)
          this.#log?.info({ collection: spec.name, documents }, 'the stored search terms are renewed');
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw error;
        // A search that misses some is better than a service that never is ready.
        this.#log?.warn({ collection: spec.name, err: error }, 'the stored search terms cannot be renewed');
      }
    }
    this.#nextAt = performance.now() + INTERVAL_MS;
  }
}

/**
 * Documents of a later program are left as they are.
 * @returns how many were renewed. One that is changed meanwhile is not: that write has given it terms.
 * @throws {StoreUnavailableError}; the driver's errors.
 */
export async function renewTerms<T extends Entity>(
  connection: Connection,
  spec: CollectionSpec<T>,
): Promise<number> {
  if (spec.text.length === 0) return 0;
  let renewed = 0;
  for (;;) {
    const count = await connection.run(WRITE_MS, async (db) => {
      const collection = db.collection<StoredDocument>(spec.name);
      const earlier = await collection
        .find(
          { [VERSION_PATH]: { $not: { $gte: TERMS_VERSION } } },
          { projection: PROJECTION, maxTimeMS: SERVER_MS },
        )
        .limit(BATCH)
        .toArray();
      if (earlier.length === 0) return 0;
      const operations = earlier.map((document) => {
        const entity = toEntity(document) as T;
        const terms: unknown = toDocument(spec, entity)[TERMS];
        const update = { $set: { [TERMS]: terms, [VERSION_PATH]: TERMS_VERSION } };
        return { updateOne: { filter: identity(entity), update } };
      });
      return (await collection.bulkWrite(operations, { ordered: false })).modifiedCount;
    });
    if (count === 0) return renewed;
    renewed += count;
  }
}
