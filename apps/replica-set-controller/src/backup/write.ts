import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BSON, type ClientSession, type Db, type MongoClient } from 'mongodb';
import { type CollectionHeader, type Header, RESTORING } from './format.ts';

/** Numbers and regular expressions keep their types of the database, instead of JavaScript's nearest ones. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

const { EJSON } = BSON;
const canonical = (value: unknown): string => EJSON.stringify(value, { relaxed: false });

/**
 * Writes a backup of whole databases, all read at the same moment of the replica set (read concern `snapshot`), while
 * clients write. Views, users and roles are not in it. The file appears when it is complete.
 * @returns the number of documents.
 * @throws `SnapshotTooOld` (239) if reading takes longer than the server keeps history, 5 minutes by default.
 */
export async function writeBackup(
  client: MongoClient,
  databases: readonly string[],
  file: string,
): Promise<number> {
  const partial = `${file}.partial`;
  let documents = 0;
  try {
    await client.withSession({ snapshot: true }, async (session) => {
      const lines = sealed(backupLines(client, databases, session, () => (documents += 1)));
      await pipeline(
        Readable.from(lines),
        createGzip(),
        createWriteStream(partial, { mode: 0o600, flush: true }),
      );
    });
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return documents;
}

async function* backupLines(
  client: MongoClient,
  databases: readonly string[],
  session: ClientSession,
  counted: () => void,
): AsyncGenerator<string> {
  const header: Header = {
    format: 'shop-backup',
    version: 1,
    createdAt: new Date().toISOString(),
    databases: [...databases],
  };
  yield JSON.stringify(header);
  for (const name of databases) {
    const db = client.db(name);
    for (const collection of await collectionNames(db)) {
      yield JSON.stringify(await describe(db, collection, session));
      for await (const document of db.collection(collection).find({}, { session, ...EXACT })) {
        counted();
        yield canonical(document);
      }
    }
  }
}

async function collectionNames(db: Db): Promise<string[]> {
  const found = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  return found
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.') && !name.startsWith(RESTORING))
    .sort((a, b) => a.localeCompare(b));
}

async function describe(db: Db, name: string, session: ClientSession): Promise<CollectionHeader> {
  const collection = db.collection(name);
  const indexes = await collection.listIndexes().toArray();
  return {
    database: db.databaseName,
    collection: name,
    indexes: indexes
      .filter((index) => index['name'] !== '_id_')
      .map(
        ({ v: _v, ...index }) =>
          EJSON.serialize(index, { relaxed: false }) as CollectionHeader['indexes'][number],
      ),
    // From the same snapshot as the documents.
    count: await collection.countDocuments({}, { session }),
  };
}

/** Adds line feeds, and the last line, which shows that all others are there. */
async function* sealed(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const line of lines) {
    const text = `${line}\n`;
    hash.update(text);
    count += 1;
    yield text;
  }
  yield `${JSON.stringify({ end: true, lines: count, sha256: hash.digest('hex') })}\n`;
}
