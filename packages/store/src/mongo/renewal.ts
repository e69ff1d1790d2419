import type { Log } from '../availability.ts';
import { type CollectionSpec, type Entity, StoreUnavailableError } from '../port.ts';
import { TERMS_VERSION } from '../terms.ts';
import { type Connection, SERVER_MS, WRITE_MS } from './connection.ts';
import { PROJECTION, type StoredDocument, TERMS, toDocument, toEntity, VERSION_PATH } from './documents.ts';
import { identity } from './repository.ts';

/** How many documents are renewed at once: reading and writing them fits into the time of one operation. */
const BATCH = 100;
/**
 * How often to look for documents that need it, in milliseconds. Normally there are none, and a query on an index shows
 * that.
 */
const INTERVAL_MS = 60_000;

/**
 * Gives documents that an earlier program wrote the terms of this one, so that a search finds them. It looks for them
 * repeatedly: during an update an earlier program still writes some, and a restored backup has some.
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
        // A search that misses some documents is better than a service that never becomes ready.
        this.#log?.warn({ collection: spec.name, err: error }, 'the stored search terms cannot be renewed');
      }
    }
    this.#nextAt = performance.now() + INTERVAL_MS;
  }
}

/**
 * Documents of a later program stay as they are.
 * @returns how many were renewed. One that is changed meanwhile does not count: that write has given it terms.
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
