import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

let app: StartedApp;
/** Set while the neighbour, and so GET /product/:id, has to wait. */
let hold: Promise<void> | undefined;
beforeAll(async () => {
  app = await startApp(createApp, (_request, response) => {
    void Promise.resolve(hold).then(() =>
      response.setHeader('content-type', 'application/json').end('{"name":"Ann"}'),
    );
  });
});
afterAll(() => app.close());

async function open(): Promise<Socket> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** A POST that creates. */
function post(sku: string, fields = ''): string {
  const body = JSON.stringify({
    sku,
    name: 'Tea',
    price: { amount: 1, currency: 'EUR' },
    sellerId: '01890a5d-ac96-774b-bcce-b302099a8057',
  });
  return `POST /product HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${fields}\r\n${body}`;
}
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: shop\r\n\r\n`;
const newSku = (): string => `S3-${randomUUIDv7()}`;
const statuses = (received: string): number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

const rubbish: readonly (readonly [string, string, number])[] = [
  ['no HTTP', 'HELLO\r\n\r\n', 400],
  ['a NUL', '\0', 400],
  ['header fields without end', `GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}`, 431],
  [
    'two lengths',
    'POST /product HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
    400,
  ],
];

describe('S3: behind a request, rubbish', () => {
  test.each(rubbish)(
    '%s: the response is that of the request; then the connection is refused',
    async (_what, bytes, status) => {
      const socket = await open();
      const sku = newSku();
      socket.write(post(sku) + bytes);
      const received = await text(socket);
      expect(statuses(received)).toEqual([201, status]);
      expect(received).toContain(`"sku":"${sku}"`);
      expect(received).toMatch(/connection: close/i);
    },
  );

  test('that comes while a slow response is on its way waits for it', async () => {
    const created = await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/product`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: post(newSku()).split('\r\n\r\n')[1] as string,
    });
    const { id } = (await created.json()) as { id: string };
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    const socket = await open();
    const received = text(socket);
    socket.write(get(`/product/${id}`) + get('/product?limit=1'));
    for (let piece = 0; piece < 20; piece += 1) {
      socket.write('rubbish\r\n');
      await turn();
    }
    resolve();
    hold = undefined;
    expect(statuses(await received)).toEqual([200, 200, 400]);
  });

  test('in the body of the last of several requests, refuses that one alone', async () => {
    const socket = await open();
    const sku = newSku();
    const broken =
      'POST /product HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n';
    socket.write(post(sku) + broken);
    const received = await text(socket);
    expect(statuses(received)).toEqual([201, 400]);
    expect(received).toContain(sku);
  });

  test('in the rest of a body that was refused is not answered a second time', async () => {
    const socket = await open();
    let received = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (received += piece));
    socket.write(
      'POST /product HTTP/1.1\r\nhost: shop\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n',
    );
    await eventually('the body is refused', () => statuses(received).length > 0);
    socket.write('zz\r\n');
    await once(socket, 'close');
    expect(statuses(received)).toEqual([415]);
  });
});

describe('S3: a client that goes on sending after it was refused', () => {
  test.each([
    ['header fields without end', `GET /product HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}`, 431],
    ['rubbish', 'HELLO\r\n\r\n', 400],
  ])('%s: gets the response, each time', async (_what, bytes, status) => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = await open();
        socket.write(bytes);
        const sent = new Promise<void>((resolve) => {
          let pieces = 32;
          const more = (): void => {
            if (pieces === 0 || !socket.writable) return resolve();
            pieces -= 1;
            socket.write('z'.repeat(65_536), () => setImmediate(more));
          };
          more();
        });
        // It begins to read only now.
        await sent;
        return statuses(await text(socket).catch((error: NodeJS.ErrnoException) => String(error.code)));
      }),
    );
    expect(outcomes).toEqual(Array.from({ length: 10 }, () => [status]));
  });

  test('is not read for ever', async () => {
    const socket = await open();
    socket.on('error', () => undefined).resume();
    socket.write('HELLO\r\n\r\n');
    const timer = setInterval(() => socket.write('more\r\n'), 20);
    await once(socket, 'close');
    clearInterval(timer);
    expect(socket.destroyed).toBe(true);
  });
});
