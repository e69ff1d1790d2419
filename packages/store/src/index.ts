import type { Log } from './availability.ts';
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
 * Opens a service's database. It waits for no database: {@link Store.ready} says whether it is there.
 * @param url `mongodb://host[:port][,…]/database?replicaSet=name` or `sqlite:/path/to/file.db`
 * @throws {TypeError} for a URL of another shape, without repeating it.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const location = parseStoreUrl(url);
  if (location.kind === 'sqlite') return new SqliteStore(location.path, options);
  // Loading the driver costs a tenth of a second of processor time and 10 MiB: not where nothing needs it.
  const { MongoStore } = await import('./mongo/store.ts');
  return new MongoStore(location.url, options);
}
