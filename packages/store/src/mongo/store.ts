import { Availability, type Log } from '../availability.ts';
import type { CollectionSpec, Entity, Repository, Store } from '../port.ts';
import { Connection } from './connection.ts';
import type { StoredDocument } from './documents.ts';
import type { Indexes } from './indexes.ts';
import { MongoRepository } from './repository.ts';

/** A store in a MongoDB replica set. */
export class MongoStore implements Store {
  readonly #connection: Connection;
  readonly #repositories: { readonly name: string; readonly indexes: Indexes }[] = [];

  /** @throws {TypeError} for a URL that the driver refuses. */
  constructor(url: string, options: { readonly appName?: string; readonly log?: Log } = {}) {
    const availability = new Availability(options.log, hosts(url));
    this.#connection = new Connection(url, options.appName ?? 'shop', availability, () => {
      for (const { indexes } of this.#repositories) indexes.forget();
    });
  }

  collection<T extends Entity>(spec: CollectionSpec<T>): Repository<T> {
    const repository = new MongoRepository(this.#connection, spec);
    this.#repositories.push(repository);
    return repository;
  }

  async ready(timeoutMs = 400): Promise<void> {
    await this.#connection.run(timeoutMs, async (db) => {
      await Promise.all(
        this.#repositories.map(({ name, indexes }) => indexes.ensure(db.collection<StoredDocument>(name))),
      );
      await db.command({ ping: 1 });
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** The part of the URL that may be shown: hosts and database, neither credentials nor options. */
function hosts(url: string): string {
  const [address = ''] = url.slice('mongodb://'.length).split('?');
  return address.slice(address.lastIndexOf('@') + 1);
}
