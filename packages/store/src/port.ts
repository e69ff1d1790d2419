/**
 * The repository port: what a service can do with its database, the same for each kind.
 * Two adapters implement it, `mongo/` (the cluster) and `sqlite/` (a laptop); `test/contract.ts` holds both to it.
 */

/** What every stored entity has. Dates are ISO 8601 strings in UTC with milliseconds. */
export interface Entity {
  /** UUIDv7, lower case. */
  readonly id: string;
  /** 1 on creation, one more on every change. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Describes a collection of entities to an adapter: everything that needs an index. */
export interface CollectionSpec<T extends Entity> {
  /** Plural, lower case: the collection's or table's name. */
  readonly name: string;
  /** Fields no two entities may share; compared after `normalise` (for example lower case), by the bytes without it. */
  readonly unique: readonly {
    readonly field: keyof T & string;
    readonly normalise?: (value: string) => string;
  }[];
  /** Fields that `list` filters by equality. */
  readonly filters: readonly (keyof T & string)[];
  /** Fields whose words `list` finds with `text`. */
  readonly text: readonly (keyof T & string)[];
}

export interface ListQuery<T extends Entity> {
  /** Most entities to return, 1 or more. */
  readonly limit: number;
  /** Only entities with a greater id: the last one of the page before. */
  readonly after?: string | undefined;
  /** Equality on fields named in `CollectionSpec.filters`. */
  readonly where?: { readonly [K in keyof T]?: T[K] | undefined };
  /** Every word of it is a prefix of a word in one of the text fields; case is ignored: `terms.ts`. */
  readonly text?: string | undefined;
}

export interface Page<T> {
  /** In the order of their ids, which is the order of creation for UUIDv7. */
  readonly items: readonly T[];
  /** The id to pass as `after` for the next page; absent on the last one. */
  readonly next?: string;
}

/**
 * Every method rejects with {@link StoreUnavailableError} when the database cannot respond now. A write resolves only
 * once it is durable: on a majority of the members, or in the file.
 */
export interface Repository<T extends Entity> {
  /** @throws {DuplicateError} for `id`, even if a unique field is in use too, or for a unique field. */
  insert(entity: T): Promise<void>;
  find(id: string): Promise<T | undefined>;
  list(query: ListQuery<T>): Promise<Page<T>>;
  /**
   * Compare and swap: stores `next` if `current` is still stored. `current` is identified by id, version and createdAt,
   * so that an entity that was deleted and created again under the same id is not taken for the old one.
   * @throws {StaleError} when it was changed or deleted; {DuplicateError} for a unique field.
   */
  replace(current: T, next: T): Promise<void>;
  /** Compare and delete. @throws {StaleError} */
  remove(current: T): Promise<void>;
}

/** A service's own database. Opening does not wait for it, so that services can start in any order. */
export interface Store {
  collection<T extends Entity>(spec: CollectionSpec<T>): Repository<T>;
  /**
   * Resolves when the database responds and the unique indexes of all collections exist; creates them if needed. Cheap
   * once they exist. Rejects within `timeoutMs` (default 400) with {@link StoreUnavailableError}.
   */
  ready(timeoutMs?: number): Promise<void>;
  /** Does not wait longer than some seconds for a database that has gone. */
  close(): Promise<void>;
}

/** Another entity has this value already. */
export class DuplicateError extends Error {
  override readonly name = 'DuplicateError';
  readonly field: string;
  constructor(field: string, options?: ErrorOptions) {
    super(`another entity has the same ${field}`, options);
    this.field = field;
  }
}

/** The entity was changed or deleted since the caller read it. */
export class StaleError extends Error {
  override readonly name = 'StaleError';
  constructor(id: string) {
    super(`entity ${id} was changed or deleted since it was read`);
  }
}

/** The database cannot respond now: down, unreachable, without a primary, locked, or its disk refuses. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
