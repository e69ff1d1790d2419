import { expect, test } from '@jest/globals';
import type { Connection } from '../src/mongo/connection.ts';
import { renewTerms } from '../src/mongo/renewal.ts';
import { idOf, peopleSpec, person } from './people.ts';

/** A collection with documents of an earlier program; it records the operations on it. */
function collection(count: number, isChanged: (id: string) => boolean = () => false) {
  const { id: _id, ...fields } = person(1, { name: 'Straße' });
  let earlier = Array.from({ length: count }, (_, n) => ({ ...fields, _id: idOf(n) }));
  const batches: { updateOne: { filter: { _id: { $eq: string } }; update: { $set: object } } }[][] = [];
  const find = () => ({ limit: (most: number) => ({ toArray: async () => earlier.slice(0, most) }) });
  const bulkWrite = async (operations: (typeof batches)[number]) => {
    batches.push(operations);
    const ids = operations.map(
      ({
        updateOne: {
          filter: { _id: id },
        },
      }) => id.$eq,
    );
    const renewed = new Set(ids.filter((id) => !isChanged(id)));
    earlier = earlier.filter(({ _id: id }) => !renewed.has(id));
    return { modifiedCount: renewed.size };
  };
  const run = (_timeoutMs: number, work: (db: object) => Promise<unknown>) =>
    work({ collection: () => ({ find, bulkWrite }) });
  return { connection: { run } as unknown as Connection, batches, left: () => earlier.length };
}

test('S6: terms of an earlier program are renewed, a hundred documents at a time', async () => {
  const subject = collection(250);

  expect(await renewTerms(subject.connection, peopleSpec('people'))).toBe(250);
  expect(subject.batches.map((batch) => batch.length)).toEqual([100, 100, 50]);
  expect(subject.batches[0]?.[0]?.updateOne).toEqual({
    filter: { _id: { $eq: idOf(0) }, version: { $eq: 1 }, createdAt: { $eq: person(1).createdAt } },
    update: { $set: { _terms: ['strasse'], '_unique._terms': 2 } },
  });
});

test('S6: documents that others change all the while do not keep it going for ever', async () => {
  const subject = collection(3, (id) => id !== idOf(0));

  expect(await renewTerms(subject.connection, peopleSpec('people'))).toBe(1);
  expect(subject.left()).toBe(2);
});

test('S6: a collection without a text to search is left alone', async () => {
  const subject = collection(3);

  expect(await renewTerms(subject.connection, { ...peopleSpec('people'), text: [] })).toBe(0);
  expect(subject.batches).toEqual([]);
});
