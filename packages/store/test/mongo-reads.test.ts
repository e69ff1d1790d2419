import { expect, test } from '@jest/globals';
import type { Connection } from '../src/mongo/connection.ts';
import { MongoRepository } from '../src/mongo/repository.ts';
import { StoreUnavailableError } from '../src/index.ts';
import { peopleSpec } from './people.ts';

/** A database whose answers are these, one after the other; and how it was asked. */
function repository(...answers: readonly (object | null | Error)[]) {
  const asked: { readPreference: string; maxTimeMS: number }[] = [];
  const waiting = [...answers];
  const findOne = async (_filter: object, options: { readPreference: string; maxTimeMS: number }) => {
    asked.push(options);
    const answer = waiting.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  const connection = {
    run: (_timeoutMs: number, work: (db: object) => Promise<unknown>) =>
      work({ collection: () => ({ findOne }) }),
  };
  return { asked, people: new MongoRepository(connection as unknown as Connection, peopleSpec('people')) };
}
const silent = new StoreUnavailableError('the database did not answer within 2000 ms');

test('a read asks the primary', async () => {
  const subject = repository(null);
  await expect(subject.people.find('a')).resolves.toBeUndefined();
  expect(subject.asked.map(({ readPreference }) => readPreference)).toEqual(['primaryPreferred']);
});

test('when the primary is silent a read asks a secondary', async () => {
  const subject = repository(silent, { _id: 'a', version: 1 });
  await expect(subject.people.find('a')).resolves.toMatchObject({ id: 'a', version: 1 });
  expect(subject.asked.map(({ readPreference }) => readPreference)).toEqual([
    'primaryPreferred',
    'secondaryPreferred',
  ]);
});

test('when nobody answers a read says so, after two tries', async () => {
  const subject = repository(silent, silent, null);
  await expect(subject.people.find('a')).rejects.toBe(silent);
  expect(subject.asked).toHaveLength(2);
});

test('what is no want of an answer is not tried again', async () => {
  const subject = repository(new TypeError('a defect'), null);
  await expect(subject.people.find('a')).rejects.toThrow('a defect');
  expect(subject.asked).toHaveLength(1);
});
