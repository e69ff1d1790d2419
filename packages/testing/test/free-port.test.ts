import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { freePort, freePorts } from '../src/free-port.ts';

test('ports are free, and each is another one', async () => {
  expect(new Set(await freePorts(5)).size).toBe(5);
  const socket = connect(await freePort(), '127.0.0.1');
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
