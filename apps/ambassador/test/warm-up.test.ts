import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { closedPort, startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';

test('each upstream is connected to once, without a request', async () => {
  let asked = 0;
  await using upstream = await startUpstream((_request, response) => {
    asked += 1;
    response.end('ok');
  });
  await using ambassador = await startAmbassador([
    { prefix: '/user', upstream: upstream.url },
    { prefix: '/basket', upstream: upstream.url },
  ]);
  const connections: Socket[] = [];
  upstream.server.on('connection', (socket) => connections.push(socket));
  const connected = once(upstream.server, 'connection') as Promise<[Socket]>;
  ambassador.warmUp();
  const [socket] = await connected;
  await once(socket, 'close');
  expect([connections.length, asked]).toEqual([1, 0]);
  expect(ambassador.breaker()).toMatchObject({ state: 'closed', counts: { fires: 0 } });
  expect((await sendRequest(ambassador.url, '/user')).body).toBe('ok');
});

test('an upstream that is not there is found out by the first request', async () => {
  await using ambassador = await startAmbassador(`http://127.0.0.1:${await closedPort()}`);
  ambassador.warmUp();
  expect((await sendRequest(ambassador.url, '/')).status).toBe(503);
  expect(ambassador.breaker()).toMatchObject({ counts: { fires: 1, failures: 1 } });
});
