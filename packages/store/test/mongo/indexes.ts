import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { idOf, person } from '../people.ts';
import { type AdapterContext, spec, unavailable } from './context.ts';

/** Indexes exist before any code relies on them, they are used, and no caller has to create them. */
export function indexes(context: AdapterContext): void {
  describe('indexes', () => {
    test('are made by ready, unique where they must be, over normalised values', async () => {
      await context.people();

      expect((await context.raw().listIndexes().toArray()).map(({ v: _v, ...index }) => index)).toEqual([
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
        { key: { '_unique._terms': 1 }, name: '_unique._terms_1' },
      ]);
    });

    test('answer filters and text, through Stable API 1 only', async () => {
      const collection = await context.people();
      const many = Array.from({ length: 40 }, (_, n) => person(n, { city: `City ${n}`, name: `Word${n}` }));
      await Promise.all(many.map((one) => collection.insert(one)));
      await context.db().command({ profile: 2 });
      await collection.list({ limit: 5, where: { city: 'City 7' } });
      await collection.list({ limit: 5, text: 'word39' });
      await collection.find(idOf(1));
      await context.db().command({ profile: 0 });
      const profile = context.db().collection('system.profile');
      const finds = await profile.find({ 'command.find': 'people' }).sort({ ts: 1 }).toArray();

      expect(finds.map((entry) => [entry['planSummary'], entry['docsExamined']])).toEqual([
        ['IXSCAN { city: 1, _id: 1 }', 1],
        ['IXSCAN { _terms: 1, _id: 1 }', 1],
        [expect.stringMatching(/^(IXSCAN|EXPRESS_IXSCAN|IDHACK)\b/), 1],
      ]);
      expect(finds.map(({ command }) => [command.apiVersion, command.apiStrict])).toEqual(
        Array.from(finds, () => ['1', true]),
      );
    });

    test('come before any write: while they cannot be made nothing is stored', async () => {
      const collection = (await context.open()).collection(spec);
      await context.set().failing({ failCommands: ['createIndexes'], errorCode: 50 }, async () => {
        await expect(collection.insert(person(1))).rejects.toEqual(unavailable());
      });
      expect(await context.raw().countDocuments()).toBe(0);
      await collection.insert(person(1));

      await expect(collection.insert(person(2, { email: person(1).email }))).rejects.toMatchObject({
        field: 'email',
      });
    });

    test('that documents break leave the store unready, and say so', async () => {
      await context.raw().insertMany([1, 2].map((n) => ({ _id: idOf(n), _unique: { email: 'same' } })));
      const store = await context.open();
      const collection = store.collection(spec);

      await expect(store.ready(10_000)).rejects.toEqual(
        unavailable(/documents of people break a unique index/),
      );
      await expect(collection.insert(person(3))).rejects.toEqual(unavailable());
    });

    test('are made again when the database comes back without them', async () => {
      const collection = await context.people();
      await collection.insert(person(1));
      await context.db().dropDatabase();
      await context.set().kill();
      await context.set().startAgain();
      // Another entity in each attempt: one that was refused may have been stored.
      let n = 1;
      await eventually('a write goes through', () => collection.insert(person((n += 1))).then(() => true));

      await expect(collection.insert(person(1, { email: person(n).email }))).rejects.toMatchObject({
        field: 'email',
      });
    });

    test('S6: documents that a program stored that folded words in another way are found', async () => {
      const { id, ...fields } = person(1, { name: 'Straße' });
      await context.raw().insertMany([
        { _id: id, ...fields, _unique: { email: fields.email }, _terms: ['straße'] },
        { ...fields, _id: idOf(2), _unique: { email: 'later', _terms: 3 }, _terms: ['later'] },
      ]);
      const collection = await context.people();

      for (const text of ['STRASSE', 'straße']) {
        expect((await collection.list({ limit: 9, text })).items).toStrictEqual([{ id, ...fields }]);
      }
      expect((await collection.list({ limit: 9, text: 'later' })).items).toHaveLength(1);
    });

    test('S6: the search for such documents examines no others', async () => {
      const collection = await context.people();
      await Promise.all(Array.from({ length: 40 }, (_, n) => collection.insert(person(n))));
      const { executionStats } = await context
        .raw()
        .find({ '_unique._terms': { $not: { $gte: 2 } } })
        .explain('executionStats');

      expect(executionStats).toMatchObject({ nReturned: 0, totalDocsExamined: 0 });
    });

    test('what only indexes read stays in the database', async () => {
      const collection = await context.people();
      const ada = person(1, { email: 'Ada@Example.com', name: 'Ada Ada' });
      await collection.insert(ada);
      const { id, ...fields } = ada;

      expect(await context.raw().findOne()).toEqual({
        _id: id,
        ...fields,
        _unique: { email: 'ada@example.com', _terms: 2 },
        _terms: ['ada'],
      });
      expect(await collection.find(id)).toStrictEqual(ada);
    });
  });
}
