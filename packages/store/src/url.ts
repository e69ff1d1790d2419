/** The shapes of a store's URL, for messages and documentation. */
export const STORE_URL_SHAPES =
  'mongodb://host[:port][,…]/database?replicaSet=name or sqlite:/path/to/file.db';

/** Where a store is. */
export type StoreLocation =
  | { readonly kind: 'mongodb'; readonly url: string }
  | { readonly kind: 'sqlite'; readonly path: string };

/**
 * Reads a store's URL without connecting.
 * @throws {TypeError} saying what is wrong and which shapes are right. It never repeats the URL, which may hold a password.
 */
export function parseStoreUrl(url: string): StoreLocation {
  if (url.startsWith('mongodb://')) return { kind: 'mongodb', url: checkMongoUrl(url) };
  if (url.startsWith('sqlite:')) return { kind: 'sqlite', path: sqlitePath(url.slice('sqlite:'.length)) };
  throw badUrl('it begins with neither mongodb: nor sqlite:');
}

/** @returns an error for a URL that cannot be used; `reason` must not quote it. */
export function badUrl(reason: string): TypeError {
  return new TypeError(`not the URL of a store: ${reason}; it must be ${STORE_URL_SHAPES}`);
}

function checkMongoUrl(url: string): string {
  const [, database = '', options = ''] = /^mongodb:\/\/[^/?]+\/([^/?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  if (database === '') throw badUrl('it names no database');
  // A single mongod has neither retryable writes nor a majority that survives it.
  if (!new URLSearchParams(options).get('replicaSet')) throw badUrl('it names no replicaSet');
  return url;
}

function sqlitePath(rest: string): string {
  // sqlite:///path is the form of other languages' libraries. With two slashes only, the next part would be a host.
  const path = rest.replace(/^\/\/(?=\/)/, '');
  if (path === '' || path.startsWith('//')) throw badUrl('it names no file');
  if (path.startsWith(':')) throw badUrl('a database in memory is not durable');
  return path;
}
