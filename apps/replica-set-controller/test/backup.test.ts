import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Decimal128, type Document, Double, Int32, Long, type MongoClient, ObjectId } from 'mongodb';
import { eventually } from '@shop/testing/eventually';
import { restoreBackup, verifyBackup, writeBackup } from '../src/backup/index.ts';
import { StatefulSet } from './support/stateful-set.ts';
import { describeWithMongod } from '@shop/testing/describe-with-mongod';

const refusal = (message: RegExp) =>
  expect.objectContaining({ name: 'BackupError', message: expect.stringMatching(message) });

describeWithMongod('backup and restore', (mongod) => {
  describe('backup and restore', () => {
    let set: StatefulSet;
    let directory: string;
    let file: string;
    let backup: MongoClient;
    let restore: MongoClient;
    const things = () => restore.db('product').collection<Document & { _id: unknown }>('things');
    const contents = async () => ({
      things: await things()
        .find({}, { sort: { _id: 1 }, promoteValues: false })
        .toArray(),
      people: await restore
        .db('user')
        .collection('people')
        .find({}, { sort: { _id: 1 } })
        .toArray(),
      indexes: await things().listIndexes().toArray(),
    });

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'backup-'));
      file = join(directory, 'shop.backup.gz');
      set = await StatefulSet.create(await mongod());
      await set.pod(0).start();
      await set.ready();
      backup = set.client('backup', 'backup');
      restore = set.client('restore', 'backup');
    });
    beforeEach(async () => {
      await things().drop();
      await restore.db('user').collection('people').drop();
      await things().createIndex(
        { name: 1 },
        { unique: true, partialFilterExpression: { name: { $exists: true } } },
      );
      await things().insertMany([
        {
          _id: 1,
          name: 'a',
          int: new Int32(1),
          double: new Double(1),
          long: Long.fromString('9007199254740993'),
        },
        {
          _id: new ObjectId(),
          decimal: Decimal128.fromString('1.10'),
          date: new Date(0),
          nested: [{ $a: null }],
        },
        { _id: '상품', end: true, lines: 3 },
      ]);
      await restore
        .db('user')
        .collection('people')
        .insertMany(Array.from({ length: 1200 }, (_, n) => ({ n })));
    });
    afterAll(async () => {
      await backup?.close();
      await restore?.close();
      await set?.[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });

    test('everything comes back: values with their types, indexes, in both databases', async () => {
      const before = await contents();
      expect(await writeBackup(backup, ['user', 'product'], file)).toBe(1203);
      await things().deleteMany({});
      await things().dropIndexes();
      await restore
        .db('user')
        .collection('people')
        .updateMany({}, { $set: { n: 0 } });
      expect(await restoreBackup(restore, file)).toBe(1203);

      expect(await contents()).toEqual(before);
    });

    test('into a database without the collections, leaving others alone', async () => {
      const before = await contents();
      await writeBackup(backup, ['user', 'product'], file);
      await things().drop();
      await restore.db('product').collection('newer').insertOne({ a: 1 });
      await restoreBackup(restore, file);

      expect(await contents()).toEqual(before);
      expect(await restore.db('product').collection('newer').countDocuments()).toBe(1);
      await restore.db('product').collection('newer').drop();
    });

    test('it is of one moment, while a client writes: no later document comes without an earlier one', async () => {
      const stop = new AbortController();
      let n = 0;
      const writing = (async () => {
        while (!stop.signal.aborted) {
          n += 1;
          // Written to product first, because product is read last.
          await restore.db('product').collection('pairs').insertOne({ n });
          await restore.db('user').collection('pairs').insertOne({ n });
        }
      })();
      await eventually('there are pairs', () => n > 2);
      await writeBackup(backup, ['user', 'product'], file);
      stop.abort();
      await writing;
      await restoreBackup(restore, file);
      const [users, products] = await Promise.all(
        ['user', 'product'].map((name) => restore.db(name).collection('pairs').countDocuments()),
      );
      await Promise.all(['user', 'product'].map((name) => restore.db(name).collection('pairs').drop()));

      expect(users).toBeGreaterThan(0);
      expect([0, 1]).toContain(Number(products) - Number(users));
    });

    describe('a file that is not whole is refused, and nothing is changed', () => {
      test.each([
        ['cut in the gzip', /is cut/, (bytes: Buffer) => bytes.subarray(0, bytes.length - 40)],
        ['cut at a line', /is cut/, onText((text) => text.split('\n').slice(0, -2).join('\n') + '\n')],
        ['edited', /was changed/, onText((text) => text.replace('"name":"a"', '"name":"b"'))],
        ['without one line', /cut|can read/, onText((text) => text.replace(/\{"_id".*\n/, ''))],
        ['with more after its end', /goes on after its end/, onText((text) => `${text}{}\n`)],
        [
          'of another version',
          /not a backup that this version can read/,
          onText((text) => text.replace('"version":1', '"version":2')),
        ],
        ['something else', /not a backup/, () => Buffer.from('PK...')],
        ['empty', /cut/, () => Buffer.alloc(0)],
      ])('%s', async (_name, message, damage) => {
        await writeBackup(backup, ['user', 'product'], file);
        await writeFile(file, damage(await readFile(file)));
        await things().insertOne({ _id: 'later' });
        const before = await contents();

        await expect(verifyBackup(file)).rejects.toEqual(refusal(message));
        await expect(restoreBackup(restore, file)).rejects.toEqual(refusal(message));
        expect(await contents()).toEqual(before);
      });
    });

    test('a restore that fails has changed nothing, and leaves nothing behind', async () => {
      await writeBackup(backup, ['user', 'product'], file);
      await things().insertOne({ _id: 'later' });
      const before = await contents();
      // A service's user may not write to the other database: the second half fails.
      await using product = set.client('product');

      await expect(restoreBackup(product, file)).rejects.toMatchObject({ codeName: 'Unauthorized' });
      expect(await contents()).toEqual(before);
      const names = await restore.db('product').listCollections({}, { nameOnly: true }).toArray();
      expect(names.map(({ name }) => name)).toEqual(['things']);
    });

    test('a backup that fails leaves no file', async () => {
      await expect(writeBackup(backup, ['admin'], join(directory, 'no'))).rejects.toMatchObject({
        codeName: 'Unauthorized',
      });
      expect(await readdir(directory)).not.toContain(expect.stringMatching(/^no/));
    });
  });
});

function onText(change: (text: string) => string): (bytes: Buffer) => Buffer {
  return (bytes) => gzipSync(change(gunzipSync(bytes).toString('utf8')));
}
