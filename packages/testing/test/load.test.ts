import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../src/eventually.ts';
import { HttpClient, openLoop } from '../src/load.ts';

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

  test('may become slower: from then on requests are due less often', async () => {
    const due: number[] = [];
    const loop = openLoop(200, async (dueAt) => void due.push(dueAt));
    await eventually('some were sent', () => due.length >= 3);
    loop.pace(50);
    const before = due.length;
    await eventually('others were sent', () => due.length >= before + 4);
    await loop.stop();
    const gaps = due.slice(1).map((at, index) => at - (due[index] ?? 0));
    expect(gaps.slice(0, before - 1)).toEqual(Array.from({ length: before - 1 }, () => 5));
    // The next one's time was known before.
    expect(gaps.slice(before, before + 3)).toEqual([20, 20, 20]);
  });

  test('says until when all that was due has ended, and sends others meanwhile', async () => {
    const [due, ended]: [number[], number[]] = [[], []];
    const gate = Promise.withResolvers<void>();
    const loop = openLoop(200, async (dueAt) => {
      due.push(dueAt);
      if (dueAt < 100) await gate.promise;
      ended.push(dueAt);
    });
    await eventually('some wait', () => due.length >= 10);
    let until: number | undefined;
    const settled = loop.settled().then((at) => (until = at));
    const before = loop.now();
    await eventually('others are sent, and end', () => ended.some((at) => at > before));
    expect(until).toBeUndefined();
    gate.resolve();
    await settled;
    expect(until).toBeLessThanOrEqual(before);
    const missing = due.filter((at) => at <= (until ?? 0) && !ended.includes(at));
    expect(missing).toEqual([]);
    await loop.stop();
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
    for (let i = 0; i < 3; i += 1) await client.send({ method: 'GET', path: '/' });
    expect(sockets.size).toBe(1);
    await client.send({ method: 'GET', path: '/', fresh: true });
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
    await expect(client.send({ method: 'GET', path: '/' })).rejects.toMatchObject({ code });
    client.close();
  });
});
