import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreUnavailableError } from '../port.ts';

/** What `PRAGMA user_version` says of files that this program writes. */
const SCHEMA_VERSION = 1;

/** Longest wait for another process's lock, in milliseconds. It blocks the event loop, so it is short. */
export const LOCK_WAIT_MS = 250;

/** An open database file. */
export class Connection {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #identity: string | undefined;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * @param mayCreate makes the file and its directory when they are missing.
   * @throws what SQLite or the file system throws; {@link StoreUnavailableError} for a file of a newer version.
   */
  constructor(path: string, mayCreate: boolean) {
    if (mayCreate) mkdirSync(dirname(path), { recursive: true });
    const url = pathToFileURL(path);
    url.searchParams.set('mode', mayCreate ? 'rwc' : 'rw');
    this.#path = path;
    this.#db = new DatabaseSync(url, { timeout: LOCK_WAIT_MS });
    try {
      this.#checkVersion();
      // WAL survives kill -9 without a rollback; FULL syncs it at every commit, so that it survives a power loss, too.
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      this.transaction(() => this.#claim());
      this.#identity = identityOf(path);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** False once another file, or none, is at the path: what is written to this one would be lost. */
  isCurrent(): boolean {
    return this.#identity !== undefined && identityOf(this.#path) === this.#identity;
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Prepares a statement when it is first needed. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs `work` as a whole or not at all, as the only writer: IMMEDIATE takes the lock before anything is read. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  /** @throws {StoreUnavailableError} before a newer program's file is changed in any way. */
  #checkVersion(): number {
    const version = Number(this.#db.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version <= SCHEMA_VERSION) return version;
    throw new StoreUnavailableError(
      `the database file has schema version ${version}, written by a newer program: this one knows ${SCHEMA_VERSION}`,
    );
  }

  #claim(): void {
    if (this.#checkVersion() === SCHEMA_VERSION) return;
    this.#db.exec(`CREATE TABLE _layouts (name TEXT PRIMARY KEY NOT NULL, layout TEXT NOT NULL) STRICT;
      PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
}

function identityOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
