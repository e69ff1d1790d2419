import { expect, test } from '@jest/globals';
import type { Connection } from '../src/mongo/connection.ts';
import { MongoRepository } from '../src/mongo/repository.ts';
import { StoreUnavailableError } from '../src/index.ts';
import { peopleSpec } from './people.ts';

/** A database that gives these results, one after the other, and records how it was queried. */
function repository(primaryWithinMs: number, ...answers: readonly (object | null | Error)[]) {
  const asked: { readPreference: string; maxTimeMS: number }[] = [];
  const waiting = [...answers];
  const findOne = async (_filter: object, options: { readPreference: string; maxTimeMS: number }) => {
    asked.push(options);
    const answer = waiting.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  const connection = {
    primaryWithinMs,
    run: (_timeoutMs: number, work: (db: object) => Promise<unknown>) =>
      work({ collection: () => ({ findOne }) }),
  };
  return { asked, people: new MongoRepository(connection as unknown as Connection, peopleSpec('people')) };
}
const silent = new StoreUnavailableError('the database did not answer within 2000 ms');

test('a read goes to the primary', async () => {
  const subject = repository(2000, null);
  await expect(subject.people.find('a')).resolves.toBeUndefined();
  expect(subject.asked.map(({ readPreference }) => readPreference)).toEqual(['primary']);
});

test('when the primary is silent a read goes to a secondary', async () => {
  const subject = repository(2000, silent, { _id: 'a', version: 1 });
  await expect(subject.people.find('a')).resolves.toMatchObject({ id: 'a', version: 1 });
  expect(subject.asked.map(({ readPreference }) => readPreference)).toEqual([
    'primary',
    'secondaryPreferred',
  ]);
});

test('when there has been no primary for a while a read goes to a secondary at once', async () => {
  const subject = repository(0, { _id: 'a', version: 1 });
  await expect(subject.people.find('a')).resolves.toMatchObject({ id: 'a', version: 1 });
  expect(subject.asked.map(({ readPreference }) => readPreference)).toEqual(['secondaryPreferred']);
});

test('when no member answers a read reports it, after two attempts', async () => {
  const subject = repository(2000, silent, silent, null);
  await expect(subject.people.find('a')).rejects.toBe(silent);
  expect(subject.asked).toHaveLength(2);
});

test('an error that is not a missing response is not retried', async () => {
  const subject = repository(2000, new TypeError('a defect'), null);
  await expect(subject.people.find('a')).rejects.toThrow('a defect');
  expect(subject.asked).toHaveLength(1);
});
