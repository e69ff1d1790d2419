import {
  BSON,
  type Collection,
  type CreateIndexesOptions,
  type Document,
  type IndexSpecification,
  type MongoClient,
} from 'mongodb';
import { type CollectionHeader, RESTORING } from './format.ts';
import { readBackup, verifyBackup } from './read.ts';

const BATCH = 500;
const MAJORITY = { writeConcern: { w: 'majority' as const, journal: true } };

/**
 * Makes the collections of a backup equal to their state in it; other collections are not changed.
 *
 * The file is read to its end before anything is changed. Then all collections are built beside the present ones, with
 * their indexes. Only when all are complete, each replaces the present one, by a rename that is atomic. So a restore
 * that fails earlier has changed nothing, and one that is interrupted during the renames can be run again. What other
 * clients write to these collections meanwhile is replaced, too: stop them if that matters.
 * @returns the number of documents.
 * @throws {BackupError} when the file is not complete; the driver's errors.
 */
export async function restoreBackup(client: MongoClient, file: string): Promise<number> {
  const { documents } = await verifyBackup(file);
  const built: CollectionHeader[] = [];
  try {
    await build(client, file, built);
  } catch (error) {
    await Promise.allSettled(built.map((header) => temporary(client, header).drop()));
    throw error;
  }
  for (const header of built) {
    await temporary(client, header).rename(header.collection, { dropTarget: true, ...MAJORITY });
  }
  return documents;
}

const temporary = (client: MongoClient, { database, collection }: CollectionHeader): Collection =>
  client.db(database).collection(`${RESTORING}${collection}`);

async function build(client: MongoClient, file: string, built: CollectionHeader[]): Promise<void> {
  let batch: Document[] = [];
  let target: Collection | undefined;
  const flush = async () => {
    if (batch.length > 0) await target?.insertMany(batch, MAJORITY);
    batch = [];
  };
  for await (const entry of readBackup(file)) {
    if (entry.kind === 'collection') {
      await flush();
      built.push(entry.collection);
      target = await prepare(client, entry.collection);
    } else if (entry.kind === 'document') {
      batch.push(entry.document);
      if (batch.length === BATCH) await flush();
    }
  }
  await flush();
}

/** An empty collection with its indexes. What an interrupted restore has left of it is dropped. */
async function prepare(client: MongoClient, header: CollectionHeader): Promise<Collection> {
  const collection = temporary(client, header);
  await collection.drop();
  await client.db(header.database).createCollection(collection.collectionName, MAJORITY);
  for (const index of header.indexes) {
    const { key, ...options } = BSON.EJSON.deserialize(index) as typeof index;
    await collection.createIndex(key as IndexSpecification, options as CreateIndexesOptions);
  }
  return collection;
}
