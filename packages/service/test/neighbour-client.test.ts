import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@shop/logging';
import { z } from 'zod';
import { maxBodyBytes, NeighbourClient } from '../src/neighbour-client.ts';

const named = z.object({ name: z.string() });
const lines: Record<string, unknown>[] = [];
const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
const logger = createLogger({ app: 'test', level: 'info', destination });

const ends: (() => unknown)[] = [];
afterEach(async () => {
  lines.length = 0;
  for (const end of ends.splice(0).toReversed()) await end();
});

async function clientOf(server: Server, timeoutMs = 5000): Promise<NeighbourClient> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new NeighbourClient({ url: `http://127.0.0.1:${port}`, timeoutMs, logger });
  ends.push(async () => {
    client.close();
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  });
  return client;
}
const clientOfHttp = (listener: RequestListener, timeoutMs?: number): Promise<NeighbourClient> =>
  clientOf(createHttpServer(listener), timeoutMs);

/** @param answer what the server does with each request: on which connection it came, and whether it is the first, the second, … */
function serverOf(answer: (socket: Socket, number: number) => void): Server {
  let number = 0;
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => answer(socket, (number += 1)));
  });
}
const ann = 'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"name":"Ann"}';
const live = { source: 'live', status: 200, body: { name: 'Ann' } };

test('requests one after another share a connection', async () => {
  const used = new Set<Socket>();
  const client = await clientOf(
    serverOf((socket) => {
      used.add(socket);
      socket.write(ann);
    }),
  );
  for (let times = 0; times < 3; times += 1) expect(await client.get('/user/1', named)).toEqual(live);
  expect(used.size).toBe(1);
});

test('a kept connection that breaks before its response costs a second request, not a fallback', async () => {
  const used = new Set<Socket>();
  const client = await clientOf(
    serverOf((socket, number) => {
      used.add(socket);
      if (number === 2) socket.resetAndDestroy();
      else socket.write(ann);
    }),
  );
  expect(await client.get('/user/1', named)).toEqual(live);
  expect(await client.get('/user/1', named)).toEqual(live);
  expect(used.size).toBe(2);
  expect(lines).toEqual([]);
});

test('a new connection that breaks is not tried again', async () => {
  let requests = 0;
  const client = await clientOf(
    serverOf((socket) => {
      requests += 1;
      socket.resetAndDestroy();
    }),
  );
  const response = await client.get('/user/1', named);
  expect(response).toEqual({ source: 'fallback', reason: 'ambassador-unreachable', body: undefined });
  expect(requests).toBe(1);
});

test('the second request has no more time than the first', async () => {
  const client = await clientOf(
    serverOf((socket, number) => {
      if (number === 1) socket.write(ann);
      else if (number === 2) socket.resetAndDestroy();
    }),
    300,
  );
  await client.get('/user/1', named);
  expect(await client.get('/user/1', named)).toMatchObject({ source: 'fallback', reason: 'timeout' });
});

test('a response that breaks off in mid-body is a fallback', async () => {
  const client = await clientOf(
    serverOf((socket, number) => {
      if (number === 1) socket.write(ann);
      else socket.end(ann.slice(0, -4));
    }),
  );
  await client.get('/user/1', named);
  const response = await client.get('/user/1', named);
  expect(response).toMatchObject({ source: 'fallback', reason: 'ambassador-unreachable' });
});

test('a body that goes on and on is a time-out, however often a piece of it comes', async () => {
  const client = await clientOfHttp((_request, response) => {
    const pieces = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(pieces));
  }, 200);
  const response = await client.get('/user/1', named);
  expect(response).toMatchObject({ source: 'fallback', reason: 'timeout' });
});

test('a body without measure is not kept in memory', async () => {
  let sent = 0;
  const client = await clientOfHttp((_request, response) => {
    const piece = Buffer.alloc(65_536, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(piece)) sent += piece.length;
    };
    response.on('drain', more);
    more();
  });
  const response = await client.get('/user/1', named);
  expect(response).toMatchObject({ source: 'fallback', reason: 'unexpected-answer' });
  expect(sent).toBeLessThan(4 * maxBodyBytes);
});

test('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = [];
  const client = await clientOfHttp((request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const response = await client.get('/user/1', named);
  expect(response).toMatchObject({ source: 'fallback', reason: 'unexpected-answer' });
  expect(paths).toEqual(['/user/1']);
});

test('a body in pieces that cut a character is read as a whole', async () => {
  const client = await clientOfHttp((_request, response) => {
    const body = Buffer.from('{"name":"김민수"}');
    response.write(body.subarray(0, 10), () => response.end(body.subarray(10)));
  });
  expect(await client.get('/user/1', named)).toEqual({ ...live, body: { name: '김민수' } });
});

test('closed, it is a fallback and not an error', async () => {
  const client = await clientOfHttp(() => client.close());
  const response = await client.get('/user/1', named);
  expect(response).toMatchObject({ source: 'fallback', reason: 'ambassador-unreachable' });
});
