import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { freePort } from '@shop/testing/free-port';
import { storeClient } from '../src/mongo/connection.ts';

/** The part of the driver's inside that shows what its pools were given. */
interface Inside {
  readonly topology: {
    readonly s: { readonly servers: ReadonlyMap<string, { readonly pool: { readonly options: object } }> };
  };
}

test('an idle pool is looked after twice a second, not ten times', async () => {
  const client = storeClient(`mongodb://127.0.0.1:${await freePort()}/a`, 'a');
  const created = once(client, 'connectionPoolCreated');
  const connecting = client.connect().catch(() => undefined);
  await created;
  const [server] = (client as unknown as Inside).topology.s.servers.values();
  expect(server?.pool.options).toMatchObject({ minPoolSizeCheckFrequencyMS: 500 });
  await client.close();
  await connecting;
});
