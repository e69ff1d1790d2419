import type { Log } from './availability.ts';
import { MongoStore } from './mongo/store.ts';
import type { Store } from './port.ts';
import { SqliteStore } from './sqlite/store.ts';
import { parseStoreUrl } from './url.ts';

export type { Log } from './availability.ts';
export * from './port.ts';
export { parseStoreUrl, STORE_URL_SHAPES, type StoreLocation } from './url.ts';

export interface StoreOptions {
  /** The name of this client in the database's own logs and metrics; default 'shop'. */
  readonly appName?: string;
  /** Called once when the database is lost and once when it is back. */
  readonly log?: Log;
}

/**
 * Opens a service's database. It returns at once, whether the database is there or not: {@link Store.ready} says which.
 * @param url `mongodb://host[:port][,…]/database?replicaSet=name` or `sqlite:/path/to/file.db`
 * @throws {TypeError} for a URL of another shape, without repeating it.
 */
export function openStore(url: string, options: StoreOptions = {}): Store {
  const location = parseStoreUrl(url);
  return location.kind === 'mongodb'
    ? new MongoStore(location.url, options)
    : new SqliteStore(location.path, options);
}
