import { expect, test } from '@jest/globals';
import { FakeMongod } from '@shop/testing/fake-mongod';
import { openStore } from '../src/index.ts';
import { recordingLog } from './recording-log.ts';

async function openOn({ port }: FakeMongod) {
  const log = recordingLog();
  const store = await openStore(`mongodb://127.0.0.1:${port}/shop?replicaSet=rs0`, { log });
  await store.ready(5000);
  return { log, store };
}

test('a store whose database answers is closed without a word', async () => {
  await using mongod = await FakeMongod.start();
  const { log, store } = await openOn(mongod);
  await store.close();
  expect(log.lines).toEqual([expect.stringContaining('the database answers')]);
});

test('a store whose database has gone is closed all the same, and says so', async () => {
  await using mongod = await FakeMongod.start();
  const { log, store } = await openOn(mongod);
  mongod.vanish();
  await store.close();
  expect(log.lines.at(-1)).toBe(
    `warn the database did not answer within 2000 ms: connections to it end with the process {"database":"127.0.0.1:${mongod.port}/shop"}`,
  );
});
