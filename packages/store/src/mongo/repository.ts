import { type ClientSession, type Collection, type Db, type Filter, ReadPreference } from 'mongodb';
import { checkReplacement, checkSpec } from '../derived.ts';
import {
  type CollectionSpec,
  DuplicateError,
  type Entity,
  type ListQuery,
  type Page,
  type Repository,
  StaleError,
  StoreUnavailableError,
} from '../port.ts';
import { plan, type Plan, toPage } from '../query.ts';
import {
  CATCH_UP_MS,
  type Connection,
  PRIMARY_READ_MS,
  SECONDARY_READ_MS,
  SERVER_MS,
  WRITE_MS,
} from './connection.ts';
import { PROJECTION, type StoredDocument, TERMS, toDocument, toEntity } from './documents.ts';
import { Indexes, indexesOf } from './indexes.ts';

// The driver makes and checks a preference each time that it gets one by name.
const { primary, secondaryPreferred } = ReadPreference;
const FROM_PRIMARY = { projection: PROJECTION, maxTimeMS: SERVER_MS, readPreference: primary };
const FROM_SECONDARY = { ...FROM_PRIMARY, readPreference: secondaryPreferred };
interface ReadOptions {
  readonly projection: typeof PROJECTION;
  readonly maxTimeMS: number;
  readonly readPreference: ReadPreference;
  readonly session?: ClientSession;
}
type Documents = Collection<StoredDocument>;

/** One collection of the replica set. */
export class MongoRepository<T extends Entity> implements Repository<T> {
  readonly indexes: Indexes;
  readonly spec: CollectionSpec<T>;
  readonly name: string;
  readonly #connection: Connection;
  /** Of the connection's one database; the driver derives a collection's options each time that it makes one. */
  #documents: Documents | undefined;

  constructor(connection: Connection, spec: CollectionSpec<T>) {
    checkSpec(spec);
    this.#connection = connection;
    this.spec = spec;
    this.name = spec.name;
    this.indexes = new Indexes(indexesOf(spec));
  }

  async insert(entity: T): Promise<void> {
    const document = toDocument(this.spec, entity);
    try {
      await this.#write((collection) => collection.insertOne(document));
    } catch (error) {
      // If several unique indexes refuse, the server names one of them, and not always the same.
      if (error instanceof DuplicateError && (await this.#hasNow(entity.id))) throw new DuplicateError('id');
      throw error;
    }
  }

  /** Whether the primary has the entity, even if no majority has it yet. */
  async #hasNow(id: string): Promise<boolean> {
    const found = await this.#connection.run(PRIMARY_READ_MS, (db) =>
      db
        .collection<StoredDocument>(this.name, { readConcern: { level: 'local' } })
        .findOne({ _id: { $eq: id } }, { projection: { _id: 1 }, maxTimeMS: SERVER_MS }),
    );
    return found !== null;
  }

  async find(id: string): Promise<T | undefined> {
    const found = await this.#read((collection, options) =>
      collection.findOne({ _id: { $eq: id } }, options),
    );
    return found ? (toEntity(found) as T) : undefined;
  }

  async list(query: ListQuery<T>): Promise<Page<T>> {
    const asked = plan(this.spec, query);
    if (asked.ranges?.length === 0) return { items: [] };
    const most = asked.limit + 1;
    const found = await this.#read((collection, options) =>
      collection
        .find(toFilter(asked), { ...options, batchSize: most })
        .sort({ _id: 1 })
        .limit(most)
        .toArray(),
    );
    return toPage(
      found.map((document) => toEntity(document) as T),
      asked.limit,
    );
  }

  async replace(current: T, next: T): Promise<void> {
    checkReplacement(current, next);
    const document = toDocument(this.spec, next);
    const { matchedCount } = await this.#write((collection) =>
      collection.replaceOne(identity(current), document),
    );
    if (matchedCount === 0) throw new StaleError(current.id);
  }

  async remove(current: T): Promise<void> {
    const { deletedCount } = await this.#write((collection) => collection.deleteOne(identity(current)));
    if (deletedCount === 0) throw new StaleError(current.id);
  }

  /**
   * Reads go to the primary, and wait for it when it is about to change, so that every client reads what was just acknowledged.
   * Without one, or when it is silent, reads go on: what a majority has, from a secondary. It is given time to have the
   * writes that are known to be committed; after that, the last moment's writes may be missing.
   */
  async #read<R>(work: (collection: Documents, options: ReadOptions) => Promise<R>): Promise<R> {
    const connection = this.#connection;
    const withinMs = connection.primaryWithinMs;
    if (withinMs > 0)
      try {
        return await connection.run(withinMs, (db) => work(this.#in(db), FROM_PRIMARY));
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
      }
    try {
      return await connection.runCaughtUp(CATCH_UP_MS, (db, session) =>
        work(this.#in(db), { ...FROM_SECONDARY, maxTimeMS: CATCH_UP_MS, session }),
      );
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
    return connection.run(SECONDARY_READ_MS, (db) => work(this.#in(db), FROM_SECONDARY));
  }

  #in(db: Db): Documents {
    return (this.#documents ??= db.collection<StoredDocument>(this.name));
  }

  /** Writes only after the indexes exist: without them two entities could have the same unique value. */
  #write<R>(work: (collection: Documents) => Promise<R>): Promise<R> {
    return this.#connection.run(WRITE_MS, async (db) => {
      const collection = this.#in(db);
      await this.indexes.ensure(collection);
      return work(collection);
    });
  }
}

/** Matches an entity only while it is unchanged. */
export function identity({ id, version, createdAt }: Entity): Filter<StoredDocument> {
  return { _id: { $eq: id }, version: { $eq: version }, createdAt: { $eq: createdAt } };
}

function toFilter({ after, where, ranges }: Plan): Filter<StoredDocument> {
  const conditions: Filter<StoredDocument>[] = [
    ...(after === undefined ? [] : [{ _id: { $gt: after } }]),
    // $eq alone would let null match a missing field. Without $eq an object would be an operator.
    ...where.map(([field, value]) => ({ [field]: value === null ? { $type: 10 } : { $eq: value } })),
    // One and the same word has to be in the range, hence $elemMatch. A range needs no escaping and keeps the index
    // scan small.
    ...(ranges ?? []).map(({ from, to }) => ({ [TERMS]: { $elemMatch: { $gte: from, $lt: to } } })),
  ];
  return conditions.length > 0 ? { $and: conditions } : {};
}
