import type { Availability } from '../availability.ts';
import { StoreUnavailableError } from '../port.ts';
import { Connection } from './connection.ts';
import { isBroken, toPortError } from './errors.ts';

/** What a collection needs in the file before it can be used. */
export interface Schema {
  ensure(connection: Connection): void;
}

/**
 * The database file, opened when it is first needed and again after it was lost. Once it was open, it is never created
 * again: when its directory is missing for a moment, no empty database must replace the real one. A file that was put
 * back or exchanged is opened.
 */
export class DatabaseFile {
  readonly #path: string;
  readonly #availability: Availability;
  #connection: Connection | undefined;
  #ensured = new Set<Schema>();
  #wasOpen = false;
  #closed = false;

  constructor(path: string, availability: Availability) {
    this.#path = path;
    this.#availability = availability;
  }

  /**
   * Runs `work` on the open file, with the tables of `schemas` in place.
   * @throws {StoreUnavailableError} when the file cannot be used now.
   */
  use<T>(schemas: Iterable<Schema>, work: (connection: Connection) => T): T {
    if (this.#closed) throw new StoreUnavailableError('the store is closed');
    try {
      const connection = this.#open();
      for (const schema of schemas) {
        if (this.#ensured.has(schema)) continue;
        schema.ensure(connection);
        this.#ensured.add(schema);
      }
      return work(connection);
    } catch (error) {
      if (isBroken(error)) this.#drop();
      throw toPortError(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.#connection?.close();
    this.#connection = undefined;
  }

  #open(): Connection {
    try {
      if (this.#connection?.isCurrent() === false) this.#drop();
      this.#connection ??= new Connection(this.#path, !this.#wasOpen);
    } catch (error) {
      this.#drop();
      const unavailable = unopenable(this.#path, error);
      this.#availability.lost(unavailable.message);
      throw unavailable;
    }
    this.#wasOpen = true;
    this.#availability.back();
    return this.#connection;
  }

  #drop(): void {
    this.#ensured = new Set();
    const connection = this.#connection;
    this.#connection = undefined;
    try {
      connection?.close();
    } catch {
      // SQLite may fail to checkpoint into a file that is gone. The next open recovers from the write-ahead log.
    }
  }
}

function unopenable(path: string, cause: unknown): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailableError(`the database file ${path} cannot be opened: ${reason}`, { cause });
}
