import { resolve } from 'node:path';
import { Availability, type Log } from '../availability.ts';
import type { CollectionSpec, Entity, Repository, Store } from '../port.ts';
import { LOCK_WAIT_MS } from './connection.ts';
import { DatabaseFile, type Schema } from './file.ts';
import { SqliteRepository } from './repository.ts';

/**
 * A store in one file of Node's own SQLite: for a laptop, and for one process at a time that writes much.
 * Operations block the event loop while the disk syncs, and up to 250 ms while another process holds the lock.
 */
export class SqliteStore implements Store {
  readonly #file: DatabaseFile;
  readonly #schemas = new Set<Schema>();

  /** @param path absolute, or relative to the current working directory. */
  constructor(path: string, options: { readonly log?: Log } = {}) {
    const file = resolve(path);
    this.#file = new DatabaseFile(file, new Availability(options.log, file));
  }

  collection<T extends Entity>(spec: CollectionSpec<T>): Repository<T> {
    const repository = new SqliteRepository(this.#file, spec);
    this.#schemas.add(repository.table);
    return repository;
  }

  async ready(timeoutMs = 400): Promise<void> {
    this.#file.use(this.#schemas, (connection) => {
      connection.exec(`PRAGMA busy_timeout = ${Math.trunc(Math.min(timeoutMs, LOCK_WAIT_MS))}`);
      try {
        // A reader of a WAL never waits: only taking the write lock shows whether a write would succeed.
        connection.transaction(() => undefined);
      } finally {
        connection.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
      }
    });
  }

  async close(): Promise<void> {
    this.#file.close();
  }
}
