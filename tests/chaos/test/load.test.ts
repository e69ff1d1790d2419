import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { HttpClient } from '../load/http-client.ts';
import { openLoop } from '../load/open-loop.ts';
import { nextOperation, type Shopping } from '../load/operations.ts';
import { Ledger } from '../load/ledger.ts';
import { seededRandom } from '../load/random.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the open loop', () => {
  test('goes on sending while no response comes, and every request keeps the time at which it was due', async () => {
    const due: number[] = [];
    const gate = Promise.withResolvers<void>();
    const loop = openLoop(200, (dueAt) => {
      due.push(dueAt);
      return gate.promise;
    });
    await eventually('twenty are in flight', () => due.length >= 20);
    gate.resolve();
    await loop.stop();
    expect(due.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => index * 5));
  });

  test('waits for unfinished requests when it stops', async () => {
    let ended = 0;
    const loop = openLoop(100, async () => {
      await delay(50);
      ended += 1;
    });
    await eventually('some have begun', () => loop.now() > 30);
    await loop.stop();
    const atStop = ended;
    await delay(60);
    expect(atStop).toBeGreaterThan(0);
    expect(ended).toBe(atStop);
  });
});

describe('a client', () => {
  test('keeps its connection, or uses a fresh one', async () => {
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      response.end('{}');
    });
    const client = new HttpClient({ url }, 1_000);
    for (let i = 0; i < 3; i += 1) await client.ask({ method: 'GET', path: '/' });
    expect(sockets.size).toBe(1);
    await client.ask({ method: 'GET', path: '/', fresh: true });
    expect(sockets.size).toBe(2);
    client.close();
  });

  test.each<[string, RequestListener]>([
    ['TIMEOUT', () => {}],
    ['ECONNRESET', (request) => void request.socket.destroy()],
    [
      'CUT',
      (_request, response) => {
        response.writeHead(200, { 'content-length': 10 });
        response.write('half', () => response.socket?.resetAndDestroy());
      },
    ],
  ])('says %s when that is why there is no response', async (code, listener) => {
    const client = new HttpClient({ url: await serve(listener) }, 200);
    await expect(client.ask({ method: 'GET', path: '/' })).rejects.toMatchObject({ code });
    client.close();
  });
});

const shopping = (seed: number): Shopping => {
  const ledger = new Ledger();
  for (let i = 0; i < 20; i += 1)
    ledger.created(`S-${i}`, { id: `${i}`, sku: `S-${i}`, version: 1, stock: 0 }, '"1"');
  let skus = 0;
  return {
    ledger,
    random: seededRandom(seed),
    sellerId: 'seller',
    nextSku: () => `N-${(skus += 1)}`,
    token: () => 'secret',
  };
};

const productAnswer = (seller?: object) => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ id: '1', sku: 'S-1', version: 1, stock: 0, seller }),
});

const sequence = (seed: number) => {
  const run = shopping(seed);
  return Array.from({ length: 15 }, () => {
    const { asked } = nextOperation(run);
    return `${asked.method} ${asked.path}`;
  });
};

describe('operations', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
  });

  test('present the token with writes alone', () => {
    const run = shopping(3);
    for (let i = 0; i < 200; i += 1) {
      const { asked } = nextOperation(run);
      expect([asked.method, asked.headers?.['authorization']]).toEqual([
        asked.method,
        asked.method === 'GET' ? undefined : 'Bearer secret',
      ]);
    }
  });

  test('never write twice to one product at a time', () => {
    const run = shopping(5);
    const written = Array.from({ length: 100 }, () => nextOperation(run).asked)
      .filter(({ method }) => method === 'PATCH' || method === 'DELETE')
      .map(({ path }) => path);
    expect(new Set(written).size).toBe(written.length);
  });

  test('a response with a fallback is a fallback, one that does not say is a failure', () => {
    const run = shopping(1);
    const operation = (() => {
      for (;;) {
        const next = nextOperation(run);
        if (next.route === 'GET /product/:id') return next;
      }
    })();
    expect(operation.settle(productAnswer({ source: 'live' })).outcome).toBe('live');
    expect(operation.settle(productAnswer({ source: 'fallback', reason: 'circuit-open' }))).toMatchObject({
      outcome: 'fallback',
      reason: 'circuit-open',
    });
    expect(operation.settle(productAnswer()).outcome).toBe('failed');
  });
});
