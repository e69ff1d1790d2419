import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

const length = 1_000_000;
const head = (fields: string) => `POST /product HTTP/1.1\r\nhost: shop\r\n${fields}\r\n\r\n`;
const another = 'GET /product?limit=1 HTTP/1.1\r\nhost: shop\r\n\r\n';

describe('a client that is answered while it still sends its body', () => {
  let app: StartedApp;
  let socket: Socket;
  let received: string;
  beforeEach(async () => {
    app = await startApp(createApp);
    socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    received = '';
    socket
      .on('error', () => undefined)
      .setEncoding('utf8')
      .on('data', (text: string) => (received += text));
    await once(socket, 'connect');
  });
  afterEach(async () => {
    socket.destroy();
    await app.close();
  });

  /** All responses so far: their status codes. */
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const answers = (...expected: number[]) =>
    eventually(
      `answers ${expected.join(', ')}`,
      () => {
        if (statuses().length < expected.length) throw new Error(`there are ${statuses().join(', ')}`);
        return statuses();
      },
      { withinMs: 3_000 },
    );

  test.each([
    ['too large by its stated length', `content-type: application/json\r\ncontent-length: ${length}`, 413],
    ['of an unknown type', `content-type: text/plain\r\ncontent-length: ${length}`, 415],
  ])('%s can send the rest, and goes on', async (_what, fields, status) => {
    socket.write(head(fields));
    expect(await answers(status)).toEqual([status]);
    socket.write('x'.repeat(length) + another);
    expect(await answers(status, 200)).toEqual([status, 200]);
    expect(received).not.toMatch(/^connection: close/im);
  });

  test('too large in the course of chunks can send the rest, and goes on', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    socket.write(head('content-type: application/json\r\ntransfer-encoding: chunked') + chunk.repeat(8));
    expect(await answers(413)).toEqual([413]);
    socket.write(`${chunk.repeat(8)}0\r\n\r\n${another}`);
    expect(await answers(413, 200)).toEqual([413, 200]);
  });

  test('while the service drains, can send the rest too', async () => {
    app.lifecycle.drain();
    socket.write(head(`content-type: application/json\r\ncontent-length: ${length}`));
    expect(await answers(413)).toEqual([413]);
    socket.write('x'.repeat(length) + another);
    expect(await answers(413, 200)).toEqual([413, 200]);
    expect(received.match(/^connection: close/gim)).toHaveLength(1);
  });
});
