import { afterEach, expect, jest, test } from '@jest/globals';
import { FakeMongod } from '@shop/testing/fake-mongod';
import { withDatabase } from '../database.ts';

const written: string[] = [];
jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
  written.push(String(text));
  return true;
});
afterEach(() => {
  written.length = 0;
});

const ping = 'its commands are confirmed';

test('work on a database has its result', async () => {
  await using mongod = await FakeMongod.start();
  const result = await withDatabase(`mongodb://127.0.0.1:${mongod.port}/?replicaSet=rs0`, async (client) => {
    await client.db('admin').command({ ping: 1 });
    return ping;
  });
  expect([result, written]).toEqual([ping, []]);
});

test('work that is done keeps its result when the database has gone by then, and the reader is informed', async () => {
  await using mongod = await FakeMongod.start();
  const result = await withDatabase(`mongodb://127.0.0.1:${mongod.port}/?replicaSet=rs0`, async (client) => {
    await client.db('admin').command({ ping: 1 });
    mongod.vanish();
    return ping;
  });
  expect([result, written]).toEqual([
    ping,
    ['The work is done; the database did not answer any more when its connections were closed.\n'],
  ]);
});
