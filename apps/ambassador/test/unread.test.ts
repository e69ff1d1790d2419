// oxlint-disable no-underscore-dangle -- Node's name for what counts the bytes that the system takes.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { Connections } from '../src/connections.ts';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { Wire } from './support/wire.ts';

const soon = { everyMs: 5 };
const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
/** More than the system takes for a client that does not read. */
const large = 16_777_216;

describe('a client that does not read', () => {
  test.each([
    ['its fallback', 500, 0, 1],
    ['a large response', 200, large, 1],
    ['one of many small responses, each of them complete', 200, 60_000, 300],
  ])(
    '%s: its connection is closed after a while',
    async (_what, status, size, requests) => {
      await using upstream = await startUpstream((_request, response) => {
        response.writeHead(status).end(Buffer.alloc(size, 'x'));
      });
      await using ambassador = await startAmbassador(
        [
          {
            prefix: '/',
            upstream: upstream.url,
            fallback: Buffer.alloc(large, ' '),
            timeouts: { idleMs: 60_000 },
            breaker: { volumeThreshold: 1_000_000 },
            maxConcurrent: 10_000,
          },
        ],
        { sendTimeoutMs: 300 },
      );
      await using client = await Wire.connect(ambassador.port);
      client.socket.pause();
      client.send(get.repeat(requests));
      const connections = () =>
        new Promise<number>((resolve) => ambassador.server.getConnections((_error, count) => resolve(count)));
      await eventually('the connection is there', async () => (await connections()) === 1, soon);
      await eventually('it is closed', async () => (await connections()) === 0, soon);
      await eventually('the exchanges have ended', () => ambassador.breaker().inFlight === 0, soon);
      const aborted = await eventually(
        'the one that was being sent is aborted',
        async () => /outcome="aborted".*/.exec(await ambassador.metrics())?.[0],
        soon,
      );
      expect([aborted, ambassador.breaker().inFlight]).toEqual([expect.any(String), 0]);
    },
    30_000,
  );

  test('keeps its connection while it reads, however slowly, and one large piece of it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect(port, '127.0.0.1').on('error', () => undefined);
    const [socket] = await accepted;
    const connections = new Connections();
    connections.opened(socket, () => undefined);
    socket.on('error', () => undefined);
    try {
      let now = 1000;
      const taken = () => {
        const { bytesWritten, writeQueueSize } = (
          socket as unknown as { _handle: { bytesWritten: number; writeQueueSize: number } }
        )._handle;
        return bytesWritten - writeQueueSize;
      };
      connections.dropStalled(100, now);
      // Silence alone does not close a connection.
      connections.dropStalled(100, (now += 1000));
      expect(socket.destroyed).toBe(false);
      socket.write(Buffer.alloc(large));
      await eventually('the system takes no more', () => socket.writableLength > 0, soon);
      connections.dropStalled(100, (now += 1000));
      for (let round = 0; round < 3; round += 1) {
        const before = taken();
        await eventually(
          'more of it is taken',
          () => {
            client.read();
            return taken() > before;
          },
          { everyMs: 0 },
        );
        expect(socket.writableLength).toBeGreaterThan(0);
        connections.dropStalled(100, (now += 1000));
        expect(socket.destroyed).toBe(false);
      }
      await eventually(
        'it stalls, and is dropped',
        () => {
          connections.dropStalled(100, (now += 1000));
          return socket.destroyed;
        },
        soon,
      );
    } finally {
      client.destroy();
      socket.destroy();
      server.close();
    }
  });
});
