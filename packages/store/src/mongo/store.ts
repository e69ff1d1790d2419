import type { Db } from 'mongodb';
import { Availability, type Log } from '../availability.ts';
import type { CollectionSpec, Entity, Repository, Store } from '../port.ts';
import { CLOSE_MS } from './client.ts';
import { Connection } from './connection.ts';
import type { StoredDocument } from './documents.ts';
import { Renewal } from './renewal.ts';
import { MongoRepository } from './repository.ts';

/** A store in a MongoDB replica set. */
export class MongoStore implements Store {
  readonly #connection: Connection;
  #prepared = false;
  readonly #repositories: Pick<MongoRepository<Entity>, 'name' | 'indexes' | 'spec'>[] = [];
  readonly #renewal: Renewal;
  readonly #log: Log | undefined;
  readonly #hosts: string;

  /** @throws {TypeError} for a URL that the driver refuses. */
  constructor(url: string, options: { readonly appName?: string; readonly log?: Log } = {}) {
    this.#log = options.log;
    this.#hosts = hosts(url);
    const availability = new Availability(options.log, this.#hosts);
    this.#connection = new Connection(url, options.appName ?? 'shop', availability, () => {
      for (const { indexes } of this.#repositories) indexes.forget();
    });
    this.#renewal = new Renewal(this.#connection, options.log);
  }

  collection<T extends Entity>(spec: CollectionSpec<T>): Repository<T> {
    const repository = new MongoRepository(this.#connection, spec);
    this.#repositories.push(repository as unknown as MongoRepository<Entity>);
    return repository;
  }

  async ready(timeoutMs = 400): Promise<void> {
    const specs = this.#repositories.map(({ spec }) => spec);
    await this.#connection.run(timeoutMs, async (db) => {
      if (!this.#prepared) {
        await Promise.all(
          this.#repositories.map(({ name, indexes }) => indexes.ensure(db.collection<StoredDocument>(name))),
        );
        await this.#renewal.run(specs);
      }
      this.#prepared = true;
      // From then on, one readable member is enough. If a primary was required, an election would take every pod out of
      // its Service, although reads still work. So would a frozen primary, because for some seconds the other members
      // still see it as the primary.
      await anyAnswers(db);
    });
    // No caller waits for the later runs, and other code notices when the database is away.
    this.#renewal.run(specs).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (await this.#connection.close()) return;
    this.#log?.warn(
      { database: this.#hosts },
      `the database did not answer within ${CLOSE_MS} ms: connections to it end with the process`,
    );
  }
}

/** @throws the error of the primary, or of the secondary that was queried instead. */
async function anyAnswers(db: Db): Promise<void> {
  const primary = db.command({ ping: 1 }, { readPreference: 'primaryPreferred' });
  const secondary = db.command({ ping: 1 }, { readPreference: 'secondaryPreferred' });
  await Promise.any([primary, secondary]).catch(() => primary);
}

/** The part of the URL that may be shown: hosts and database, without credentials and options. */
function hosts(url: string): string {
  const [address = ''] = url.slice('mongodb://'.length).split('?');
  return address.slice(address.lastIndexOf('@') + 1);
}
