import { expect, test } from '@jest/globals';
import type { ReadPreference } from 'mongodb';
import type { Connection } from '../src/mongo/connection.ts';
import { MongoRepository } from '../src/mongo/repository.ts';
import { StoreUnavailableError } from '../src/index.ts';
import { peopleSpec } from './people.ts';

const session = {};

/** A database that gives these results, one after the other, and records how it was queried. */
function repository(primaryWithinMs: number, ...answers: readonly (object | null | Error)[]) {
  const asked: { readPreference: string; maxTimeMS: number; session?: object }[] = [];
  const waiting = [...answers];
  const findOne = async (
    _filter: object,
    options: { readonly readPreference: ReadPreference; readonly maxTimeMS: number },
  ) => {
    asked.push({ ...options, readPreference: options.readPreference.mode });
    const answer = waiting.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  const connection = {
    primaryWithinMs,
    run: (_timeoutMs: number, work: (db: object) => Promise<unknown>) =>
      work({ collection: () => ({ findOne }) }),
    runCaughtUp: (_timeoutMs: number, work: (db: object, session: object) => Promise<unknown>) =>
      work({ collection: () => ({ findOne }) }, session),
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

test('a read from a secondary waits for what is committed, and not for long', async () => {
  const subject = repository(0, silent, { _id: 'a', version: 1 });
  await expect(subject.people.find('a')).resolves.toMatchObject({ id: 'a', version: 1 });
  const [first, second] = subject.asked;
  expect(first).toMatchObject({ readPreference: 'secondaryPreferred', maxTimeMS: 400 });
  expect(first?.session).toBe(session);
  expect(second).toMatchObject({ readPreference: 'secondaryPreferred', maxTimeMS: 2500 });
  expect(second?.session).toBeUndefined();
});

test('when no member answers a read reports it, after three attempts', async () => {
  const subject = repository(2000, silent, silent, silent, null);
  await expect(subject.people.find('a')).rejects.toBe(silent);
  expect(subject.asked).toHaveLength(3);
});

test('an error that is not a missing response is not retried', async () => {
  const subject = repository(2000, new TypeError('a defect'), null);
  await expect(subject.people.find('a')).rejects.toThrow('a defect');
  expect(subject.asked).toHaveLength(1);
});
