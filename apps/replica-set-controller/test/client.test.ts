import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { freePort } from '@shop/testing/free-port';
import { memberClient } from '../src/mongo/member.ts';

/** The part of the driver's inside that shows what its pools were given. */
interface Inside {
  readonly topology: {
    readonly s: { readonly servers: ReadonlyMap<string, { readonly pool: { readonly options: object } }> };
  };
}

test('an idle pool does not wake the process ten times a second', async () => {
  const client = memberClient(`mongodb://127.0.0.1:${await freePort()}`);
  const created = once(client, 'connectionPoolCreated');
  const connecting = client.connect().catch(() => undefined);
  await created;
  const [server] = (client as unknown as Inside).topology.s.servers.values();
  expect(server?.pool.options).toMatchObject({ minPoolSizeCheckFrequencyMS: 10_000 });
  await client.close();
  await connecting;
});
