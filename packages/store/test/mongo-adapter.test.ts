import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Document } from 'mongodb';
import { openStore, type Store, type StoreOptions } from '../src/index.ts';
import { eventually } from './eventually.ts';
import { describeWithMongod } from './mongo-harness.ts';
import { changed, idOf, peopleSpec, person } from './people.ts';
import { recordingLog } from './recording-log.ts';
import type { ReplicaSet } from './replica-set.ts';

const unavailable = (message = /./) =>
  expect.objectContaining({ name: 'StoreUnavailableError', message: expect.stringMatching(message) });
const spec = peopleSpec('people');

describeWithMongod('the MongoDB adapter', (start) => {
  describe('the MongoDB adapter', () => {
    const opened: Store[] = [];
    let set: ReplicaSet;
    let databases = 0;
    let database = '';

    const open = (options: StoreOptions = {}, url = set.url(database)) => {
      const store = openStore(url, options);
      opened.push(store);
      return store;
    };
    const people = async () => {
      const store = open();
      const collection = store.collection(spec);
      await store.ready(10_000);
      return collection;
    };
    const raw = () => set.db(database).collection<Document & { _id: string }>('people');
    const next = () => (database = `adapter${++databases}`);

    beforeAll(async () => {
      set = await start();
      next();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()));
      next();
    });
    afterAll(async () => {
      await set?.dispose();
    });

    describe('indexes', () => {
      test('are made by ready, unique where they must be, over normalised values', async () => {
        await people();

        expect((await raw().listIndexes().toArray()).map(({ v: _v, ...index }) => index)).toEqual([
          { key: { _id: 1 }, name: '_id_' },
          ...['email', 'badge'].map((field) => ({
            key: { [`_unique.${field}`]: 1 },
            name: `_unique.${field}_1`,
            unique: true,
            partialFilterExpression: { [`_unique.${field}`]: { $exists: true } },
          })),
          ...['city', 'active', 'age'].map((field) => ({
            key: { [field]: 1, _id: 1 },
            name: `${field}_1__id_1`,
          })),
          { key: { _terms: 1, _id: 1 }, name: '_terms_1__id_1' },
        ]);
      });

      test('answer filters and text, through Stable API 1 only', async () => {
        const collection = await people();
        const many = Array.from({ length: 40 }, (_, n) => person(n, { city: `City ${n}`, name: `Word${n}` }));
        await Promise.all(many.map((one) => collection.insert(one)));
        await set.db(database).command({ profile: 2 });
        await collection.list({ limit: 5, where: { city: 'City 7' } });
        await collection.list({ limit: 5, text: 'word1' });
        await collection.find(idOf(1));
        await set.db(database).command({ profile: 0 });
        const profile = set.db(database).collection('system.profile');
        const finds = await profile.find({ 'command.find': 'people' }).sort({ ts: 1 }).toArray();

        expect(finds.map((entry) => [entry['planSummary'], entry['docsExamined']])).toEqual([
          ['IXSCAN { city: 1, _id: 1 }', 1],
          ['IXSCAN { _terms: 1, _id: 1 }', 11],
          [expect.stringMatching(/IDHACK|EXPRESS_IXSCAN/), 1],
        ]);
        expect(finds.map(({ command }) => [command.apiVersion, command.apiStrict])).toEqual(
          Array.from(finds, () => ['1', true]),
        );
      });

      test('come before any write: while they cannot be made nothing is stored', async () => {
        const collection = open().collection(spec);
        await set.fail('alwaysOn', { failCommands: ['createIndexes'], errorCode: 11_602 });
        await expect(collection.insert(person(1))).rejects.toEqual(unavailable());
        expect(await raw().countDocuments()).toBe(0);
        await set.fail('off');
        await collection.insert(person(1));

        await expect(collection.insert(person(2, { email: person(1).email }))).rejects.toMatchObject({
          field: 'email',
        });
      });

      test('that documents break leave the store unready, and say so', async () => {
        await raw().insertMany([1, 2].map((n) => ({ _id: idOf(n), _unique: { email: 'same' } })));
        const store = open();
        const collection = store.collection(spec);

        await expect(store.ready(10_000)).rejects.toEqual(
          unavailable(/documents of people break a unique index/),
        );
        await expect(collection.insert(person(3))).rejects.toEqual(unavailable());
      });

      test('are made again when the database comes back without them', async () => {
        const collection = await people();
        await collection.insert(person(1));
        await set.db(database).dropDatabase();
        await set.kill();
        await set.startAgain();
        await eventually('a write goes through', () => collection.insert(person(1)).then(() => true));

        await expect(collection.insert(person(2, { email: person(1).email }))).rejects.toMatchObject({
          field: 'email',
        });
      }, 30_000);
    });

    test('what only indexes read stays in the database', async () => {
      const collection = await people();
      const ada = person(1, { email: 'Ada@Example.com', name: 'Ada Ada' });
      await collection.insert(ada);
      const { id, ...fields } = ada;

      expect(await raw().findOne()).toEqual({
        _id: id,
        ...fields,
        _unique: { email: 'ada@example.com' },
        _terms: ['ada'],
      });
      expect(await collection.find(id)).toStrictEqual(ada);
    });

    describe('errors', () => {
      test('a write whose acknowledgement is lost is retried and done once', async () => {
        const collection = await people();
        await set.fail(
          { times: 1 },
          { failCommands: ['insert'], writeConcernError: { code: 91, errmsg: 'shutting down' } },
        );
        await collection.insert(person(1));

        expect(await raw().countDocuments()).toBe(1);
      });

      test('a write that no majority confirms in time is no success', async () => {
        const collection = await people();
        await collection.insert(person(1));
        const one = person(1);
        await set.fail('alwaysOn', {
          failCommands: ['insert', 'update', 'delete'],
          writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
        });
        try {
          await expect(collection.insert(person(2))).rejects.toEqual(unavailable(/replication/));
          await expect(collection.replace(one, changed(one, {}))).rejects.toEqual(unavailable(/replication/));
          await expect(collection.remove(changed(one, {}))).rejects.toEqual(unavailable(/replication/));
        } finally {
          await set.fail('off');
        }
      });

      test.each([10_107, 91, 11_600, 189, 50, 13_436])('code %d is unavailability', async (errorCode) => {
        const collection = await people();
        await set.fail('alwaysOn', { failCommands: ['insert', 'find'], errorCode });
        try {
          await expect(collection.insert(person(1))).rejects.toEqual(unavailable());
          await expect(collection.find(idOf(1))).rejects.toEqual(unavailable());
        } finally {
          await set.fail('off');
        }
      });

      test('a refusal of what was asked is none', async () => {
        const collection = await people();
        await set.fail({ times: 1 }, { failCommands: ['find'], errorCode: 2 });

        await expect(collection.find(idOf(1))).rejects.toMatchObject({ name: 'MongoServerError', code: 2 });
      });

      test('credentials that the database does not know are unavailability, and never shown', async () => {
        const log = recordingLog();
        const store = open({ log }, set.url(database, 'shop:s3cret@').replace('?', '?authSource=admin&'));
        const error: unknown = await store.ready(10_000).catch((reason: unknown) => reason);

        expect(error).toEqual(unavailable(/Authentication failed/));
        expect([String(error), ...log.lines].join()).not.toContain('s3cret');
        expect(log.lines).toEqual([expect.stringMatching(/^warn the database does not answer/)]);
      });
    });

    test('a frozen database is unavailable, and useful again as soon as it thaws', async () => {
      const collection = await people();
      await collection.insert(person(1));
      set.freeze();
      try {
        const asked = [collection.find(idOf(1)), collection.list({ limit: 1 }), collection.insert(person(2))];
        const results = await Promise.allSettled(asked);

        expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: unavailable() })));
      } finally {
        set.thaw();
      }
      await eventually('a read works', () => collection.find(idOf(1)).then((one) => one !== undefined));
      await collection.insert(person(3));
    }, 20_000);

    test('its loss and its return are logged once each', async () => {
      const log = recordingLog();
      const store = open({ log });
      const collection = store.collection(spec);
      await store.ready(10_000);
      await set.kill();
      await Promise.allSettled(Array.from({ length: 10 }, () => collection.find(idOf(1))));
      await expect(collection.find(idOf(1))).rejects.toEqual(unavailable());
      await set.startAgain();
      await eventually('it is ready', () => store.ready().then(() => true));

      expect(log.lines).toEqual([
        expect.stringMatching(/^info the database answers .*"127\.0\.0\.1:\d+\/adapter\d+"/),
        expect.stringMatching(/^warn the database does not answer/),
        expect.stringMatching(/^info the database answers/),
      ]);
    }, 30_000);
  });
});
