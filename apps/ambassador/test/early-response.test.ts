import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { closeInStages, type LingerLimits } from '@shop/lifecycle';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const soon = { everyMs: 5 };
const twoMiB = 2_097_152;
const piece = 'x'.repeat(65_536);
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const uploadHead = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${twoMiB}\r\n\r\n`;

/** Sends so many bytes, as fast as the peer takes them; stops when the peer resets. */
async function pour(wire: Wire, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes && wire.ending !== 'reset'; sent += piece.length)
    if (!wire.socket.write(piece))
      await Promise.race([once(wire.socket, 'drain'), once(wire.socket, 'close')]);
}

/** A server that says `no` to each connection and closes it so. */
async function refusing(limits: Partial<LingerLimits>) {
  return RawUpstream.start(({ socket }) => {
    socket.write('no');
    closeInStages(socket, limits);
  });
}

describe('A4: an upstream that responds early and reads no more', () => {
  test.each([
    ['a length', 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\n', 'big'],
    [
      'chunks',
      'HTTP/1.1 413 Content Too Large\r\nTransfer-Encoding: chunked\r\n\r\n',
      '3\r\nbig\r\n0\r\n\r\n',
    ],
    ['no body', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n', ''],
    ['a status that counts as a failure', 'HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\n', 'big'],
    ['a success', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n', 'big'],
  ])('with %s loses its connection when the response is complete', async (_what, head, body) => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => {
        wire.socket.pause();
        // In two pieces, so that the body is streamed; or in one, so that it is not.
        if (upstream.wires.length % 2 === 0) wire.send(head + body);
        else {
          wire.send(head);
          setImmediate(() => wire.send(body));
        }
      });
    });
    await using ambassador = await startAmbassador([
      {
        prefix: '/',
        upstream: upstream.url,
        breaker: { volumeThreshold: 99 },
        timeouts: { keepAliveMs: 60_000, idleMs: 60_000 },
      },
    ]);
    for (let upload = 0; upload < 4; upload += 1) {
      await using client = await Wire.connect(ambassador.port, uploadHead);
      await pour(client, twoMiB / 2);
      const wire = await upstream.wire(upload);
      await client.until(`\r\n\r\n${body}`);
      wire.socket.resume();
      await eventually('the connection to the upstream has ended', () => wire.ending !== 'open', soon);
      await pour(client, twoMiB / 2);
      client.send('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
      expect(await client.until('HTTP/1.1 204')).toMatch(/^HTTP\/1.1 [2-5]\d\d /);
    }
    await eventually('the exchanges have ended', () => ambassador.breaker().inFlight === 0, soon);
  });

  test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
    'and closes its connection in the middle of the upload (%s) is heard all the same',
    async (close) => {
      await using upstream = await RawUpstream.start((wire) => {
        wire.socket.once('data', () => {
          wire.socket.pause();
          wire.socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig', () => {
            if (close === 'end') wire.socket.end(() => wire.socket.destroy());
            else wire.socket[close]();
          });
        });
      });
      await using ambassador = await startAmbassador(upstream.url);
      for (let upload = 0; upload < 10; upload += 1) {
        await using client = await Wire.connect(ambassador.port, uploadHead);
        await pour(client, twoMiB);
        expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1.1 413 /);
      }
      expect(ambassador.breaker().counts).toMatchObject({ failures: 0 });
    },
  );

  test('that reads to the end of the request keeps its connection', async () => {
    await using upstream = await startUpstream((request, response) => {
      request.resume().once('end', () => response.end('ok'));
    });
    const seen = new Set<unknown>();
    upstream.server.on('connection', (socket) => seen.add(socket));
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port);
    for (let upload = 1; upload <= 3; upload += 1) {
      client.send(uploadHead);
      await pour(client, twoMiB);
      await client.until(/\r\n\r\nok/, upload);
    }
    expect(seen.size).toBe(1);
  });
});

describe('A10: a response that comes before the end of its request', () => {
  const long = `X: ${'x'.repeat(17_000)}`;
  test.each([
    ['too long a header section', 431, `POST / HTTP/1.1\r\nHost: a\r\n${long}`],
    ['too long a request target', 431, `POST /${'x'.repeat(17_000)}`],
    ['a header section that is malformed', 400, 'POST / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['no HTTP', 400, '\x16\x03\x01\x02\x00\x01\x00'],
    ['ambiguous framing', 400, 'POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 2097152\r\n\r\n'],
    ['an unknown coding', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
    [
      'a chunk that is malformed',
      400,
      'POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    [
      'another expectation',
      417,
      `POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: ${twoMiB}\r\n\r\n`,
    ],
    ['no route', 404, `POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: ${twoMiB}\r\n\r\n`],
    [
      'no route, and the wish to close',
      404,
      `POST /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${twoMiB}\r\n\r\n`,
    ],
    ['no route, in HTTP/1.0', 404, `POST /none HTTP/1.0\r\nContent-Length: ${twoMiB}\r\n\r\n`],
    ['CONNECT', 405, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
    [
      'an upgrade without a route',
      404,
      'GET /none HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    [
      'an upgrade that the upstream refuses',
      403,
      'GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    ['an early answer', 403, `POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: ${twoMiB}\r\n\r\n`],
    [
      'an early answer, and the wish to close',
      403,
      `POST /up HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${twoMiB}\r\n\r\n`,
    ],
  ])('reaches a client that goes on sending: %s', async (_what, status, head) => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
    );
    await using ambassador = await startAmbassador([{ prefix: '/up', upstream: upstream.url }]);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await using client = await Wire.connect(ambassador.port, head);
      await pour(client, twoMiB / 2);
      await client.until('\r\n\r\n');
      // A client that has been reset finds that out here.
      await pour(client, twoMiB / 2);
      client.socket.end();
      expect(await client.closed()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\n\r\n(\\{.*\\}|no)$`));
      await eventually('the connection has closed', () => client.socket.closed, soon);
      expect([client.ending, client.socket.errored]).toEqual(['ended', null]);
    }
  });

  test('while the ambassador drains, too', async () => {
    await using ambassador = await startAmbassador([]);
    ambassador.lifecycle.drain();
    await using client = await Wire.connect(ambassador.port, uploadHead);
    await pour(client, twoMiB / 2);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 404 [^]*connection: close/i);
    await pour(client, twoMiB / 2);
    client.socket.end();
    await eventually('the connection has closed', () => client.socket.closed, soon);
    expect([client.ending, client.socket.errored]).toEqual(['ended', null]);
  });

  test('nothing that comes behind the end of it is read as a request', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n',
    );
    await client.closed();
    client.send('okGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n');
    client.socket.end();
    await eventually('the client’s connection has closed', () => client.socket.destroyed, soon);
    expect(upstream.wires).toHaveLength(0);
    expect(client.received.match(/HTTP\/1.1/g)).toHaveLength(1);
  });
});

describe('A10: a connection that turns malformed', () => {
  test('still brings the responses to the requests before, then 400 and the end', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, `${get('/1')}${get('/2')}@@@\r\n\r\n`);
    const wires = await Promise.all([upstream.wire(0), upstream.wire(1)]);
    await Promise.all(wires.map((wire) => wire.until('\r\n\r\n')));
    await pour(client, twoMiB);
    for (const wire of wires.toReversed()) wire.send(ok);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 [^]*okHTTP\/1.1 200 [^]*okHTTP\/1.1 400 [^]*\}$/);
    expect(client.ending).toBe('ended');
  });

  test('in the body of a request that has its response gets no second one', async () => {
    await using ambassador = await startAmbassador([]);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n',
    );
    await client.until('not-found');
    client.send('zz\r\n');
    expect((await client.closed()).match(/HTTP\/1.1/g)).toHaveLength(1);
    expect(client.ending).toBe('ended');
  });
});

describe('A10: a connection that is closed in stages', () => {
  test('closes at once when the client does', async () => {
    await using server = await refusing({});
    await using client = await Wire.connect(server.port);
    expect(await client.closed()).toBe('no');
    client.socket.end();
    const { socket } = await server.wire();
    await eventually('it has closed', () => socket.closed, soon);
    expect(client.socket.errored).toBeNull();
  });

  test.each([
    ['is silent', { idleMs: 50 }, () => undefined],
    ['goes on for too long', { idleMs: 10_000, totalMs: 200 }, (client: Wire) => client.send('x')],
    ['sends too much', { bytes: 1_000_000 }, (client: Wire) => client.send(piece)],
  ])('closes when the client %s', async (_what, limits, act) => {
    await using server = await refusing(limits);
    await using client = await Wire.connect(server.port);
    expect(await client.closed()).toBe('no');
    const { socket } = await server.wire();
    await eventually(
      'it has closed',
      () => {
        if (!client.socket.destroyed) act(client);
        return socket.closed;
      },
      soon,
    );
  });
});
