import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { closedPort, startAmbassador } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const upgrade =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n';
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\n';
const soon = { everyMs: 5 };

/** Agrees to every upgrade, with `first` right behind its response, and then echoes. */
const echoing = (first = '') =>
  RawUpstream.start((wire) => {
    wire.socket.once('data', () => {
      wire.send(switching + first);
      wire.socket.on('data', (part: Buffer) => wire.socket.write(part));
      wire.socket.once('end', () => wire.socket.end());
    });
  });

describe('an upgrade', () => {
  test('passes bytes both ways, those right behind the header sections too', async () => {
    await using upstream = await echoing('hello');
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, `${upgrade}early`);
    const raw = await client.until('early');
    const { start, headers, body } = parseHead(raw);
    expect(start).toBe('HTTP/1.1 101 Switching Protocols');
    expect(headers).toMatchObject({
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-accept': 'a',
    });
    expect(headers['x-request-id']).toBeDefined();
    expect(body).toBe('helloearly');
    client.send('\0\xff\r\n\r\nGET');
    await client.until('\0\xff\r\n\r\nGET');
    const asked = parseHead((await upstream.wire()).received).headers;
    expect(asked).toMatchObject({ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'k' });
    expect(ambassador.breaker()).toMatchObject({ inFlight: 1, counts: { successes: 1 } });
  });

  test.each(['client', 'upstream'])('ends on both sides when the %s ends it', async (who) => {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      await using upstream = await echoing();
      await using ambassador = await startAmbassador(upstream.url);
      await using client = await Wire.connect(ambassador.port, upgrade);
      await client.until('\r\n\r\n');
      const wire = await upstream.wire();
      const [from, to] = who === 'client' ? [client, wire] : [wire, client];
      from.socket[end]();
      await to.closed();
      to.socket.end();
      await eventually('the exchange has ended', () => ambassador.breaker().inFlight === 0, soon);
      await ambassador.ended('upgraded');
      expect(ambassador.breaker().counts).toMatchObject({ successes: 1, failures: 0 });
    }
  });

  test('that is refused brings the refusal, framed as it should be', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\nno\r\n0\r\n\r\n',
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, upgrade);
    const { start, headers, body } = parseHead(await client.closed());
    expect(start).toBe('HTTP/1.1 403 Forbidden');
    expect(headers['connection']).toBe('close');
    expect(body).toBe(headers['transfer-encoding'] === 'chunked' ? '2\r\nno\r\n0\r\n\r\n' : 'no');
  });

  test('meets an open circuit, or no upstream, as any request does: 503 on the socket, and no fallback', async () => {
    const breaker = { volumeThreshold: 1, resetTimeoutMs: 60_000 };
    await using ambassador = await startAmbassador([
      {
        prefix: '/',
        upstream: `http://127.0.0.1:${await closedPort()}`,
        breaker,
        fallback: Buffer.from('{}'),
      },
    ]);
    for (const state of ['closed', 'open']) {
      expect(ambassador.breaker().state).toBe(state);
      await using client = await Wire.connect(ambassador.port, upgrade);
      expect(await client.closed()).toMatch(
        /^HTTP\/1.1 503 [\s\S]*connection: close[\s\S]*upstream-unavailable/i,
      );
    }
  });

  test('goes where its path leads, or nowhere', async () => {
    await using ambassador = await startAmbassador([]);
    await using client = await Wire.connect(ambassador.port, upgrade);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 404 /);
  });

  test('ends the upstream’s part when the client resets before the response', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, timeouts: { timeToFirstByteMs: 200 } },
    ]);
    const client = await Wire.connect(ambassador.port, upgrade);
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    client.socket.resetAndDestroy();
    wire.send(switching);
    await wire.closed();
    await eventually('the exchange has ended', () => ambassador.breaker().inFlight === 0, soon);
    expect(ambassador.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('that no client requested is a broken response', async () => {
    await using upstream = await RawUpstream.answering(switching);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(502);
  });

  test.each(['h2c', 'H2C'])(
    'to cleartext HTTP/2 is declined: the request stays one of HTTP/1.1',
    async (protocol) => {
      await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      await using ambassador = await startAmbassador(upstream.url);
      const headers = {
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: protocol,
        'http2-settings': 'AAMAAABkAAQAAP__',
      };
      expect((await sendRequest(ambassador.url, '/', { headers })).body).toBe('ok');
      expect((await upstream.wire()).received).not.toMatch(/upgrade|settings/i);
    },
  );

  test('counts as a request in progress for as long as it is open', async () => {
    await using upstream = await echoing();
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, maxConcurrent: 1 },
    ]);
    await using client = await Wire.connect(ambassador.port, upgrade);
    await client.until('\r\n\r\n');
    expect((await sendRequest(ambassador.url, '/')).status).toBe(503);
  });
});

const offering = (lines: string, version = '1.1'): string =>
  `GET /chat HTTP/${version}\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n${lines}\r\n\r\n`;

describe('A6: the members of Upgrade', () => {
  test.each([
    ['h2c first', 'Upgrade: h2c, websocket', 'websocket'],
    ['h2c last', 'Upgrade: websocket, h2c', 'websocket'],
    ['any case, no space, empty members', 'Upgrade: ,H2C,,WebSocket,', 'WebSocket'],
    ['tabs', 'Upgrade: \th2c\t,\twebsocket', 'websocket'],
    ['with versions', 'Upgrade: h2c/1, foo/2, HTTP/2.0', 'foo/2'],
    ['two lines', 'Upgrade: h2c\r\nupgrade: websocket', 'websocket'],
    ['two lines, the other way round', 'Upgrade: websocket\r\nUPGRADE: h2c', 'websocket'],
    ['drafts of it', 'Upgrade: h2c-14, h2-16, websocket', 'websocket'],
    ['TLS, in which HTTP would go on', 'Upgrade: TLS/1.0, HTTP/1.1, websocket', 'websocket'],
    ['what is not a protocol', 'Upgrade: "h2c", h2c websocket, a/b/c, websocket', 'websocket'],
    ['names that only begin so', 'Upgrade: h2cx, http-foo', 'h2cx, http-foo'],
  ])('are judged one by one: %s', async (_what, lines, passed) => {
    const name = passed.split(',')[0] as string;
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${name}\r\n\r\n`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, offering(lines));
    expect(parseHead(await client.until('\r\n\r\n')).headers).toMatchObject({ upgrade: name });
    const { headers } = parseHead((await upstream.wire()).received);
    expect(headers['upgrade']).toBe(passed);
    expect(headers).not.toHaveProperty('http2-settings');
  });

  test.each([
    'Upgrade: h2c, h2',
    'Upgrade: h2c/2',
    'Upgrade: HTTP/2',
    'Upgrade: http/2.0, H2C',
    'Upgrade: h2\r\nUpgrade: h2c',
    'Upgrade: TLS/1.2',
    'Upgrade: "h2c"',
    'Upgrade: ,',
  ])('without one that may be passed on, the request stays one of HTTP/1.1: %j', async (lines) => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, offering(lines));
    expect(await client.until('\r\n\r\nok')).toMatch(/^HTTP\/1.1 200 /);
    expect((await upstream.wire()).received).not.toMatch(/upgrade|settings/i);
  });

  test('of a client of HTTP/1.0 are ignored', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, offering('Upgrade: websocket', '1.0'));
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 /);
    expect((await upstream.wire()).received).not.toMatch(/upgrade/i);
  });

  test.each([
    ['h2c', 'Upgrade: h2c'],
    ['h2c as well', 'Upgrade: websocket, h2c'],
    ['another one', 'Upgrade: chat'],
    ['nothing', 'X-A: 1'],
  ])('an upstream that switches to %s was not offered that: 502, no tunnel', async (_what, chosen) => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n${chosen}\r\n\r\n`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, offering('Upgrade: h2c, websocket'));
    expect(await client.closed()).toMatch(/^HTTP\/1.1 502 [^]*bad-upstream/);
    await (await upstream.wire()).closed();
  });
});

/** An upgraded connection of which the test controls both ends. */
async function openTunnel(timeouts = {}) {
  const upstream = await RawUpstream.start((wire) => {
    wire.socket.once('data', () => wire.send(switching));
  });
  const ambassador = await startAmbassador([{ prefix: '/', upstream: upstream.url, timeouts }]);
  const client = await Wire.connect(ambassador.port, upgrade);
  await client.until('\r\n\r\n');
  const wire = await upstream.wire();
  return {
    ambassador,
    client,
    wire,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await ambassador[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

describe('A11: the halves of an upgraded connection', () => {
  test.each(['client', 'upstream'])(
    'end by themselves: the %s ends first, and the other goes on',
    async (who) => {
      await using tunnel = await openTunnel();
      const [first, other] = who === 'client' ? [tunnel.client, tunnel.wire] : [tunnel.wire, tunnel.client];
      first.send('last words');
      first.socket.end();
      await other.until('last words');
      await other.closed();
      for (const part of ['still', ' going', ' on']) {
        other.send(part);
        await eventually(`${part} has arrived`, () => first.received.endsWith(part), soon);
      }
      expect(tunnel.ambassador.breaker().inFlight).toBe(1);
      other.socket.end('done');
      expect(await first.closed()).toMatch(/still going ondone$/);
      await eventually('the exchange has ended', () => tunnel.ambassador.breaker().inFlight === 0, soon);
      expect([first.socket.errored, other.socket.errored]).toEqual([null, null]);
    },
  );

  test('the upstream’s can end together with its agreement', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => wire.socket.end(`${switching}bye`));
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, upgrade);
    expect(await client.closed()).toMatch(/bye$/);
    client.send('still here');
    await (await upstream.wire()).until('still here');
  });

  test.each(['client', 'upstream'])(
    'what is on its way to the %s arrives, however slowly it reads',
    async (who) => {
      await using tunnel = await openTunnel();
      const [reader, writer] = who === 'client' ? [tunnel.client, tunnel.wire] : [tunnel.wire, tunnel.client];
      reader.socket.pause();
      const before = reader.received.length;
      const size = 12_000_000;
      reader.socket.end();
      writer.socket.end(Buffer.alloc(size, 'x'));
      await eventually(
        'the writer’s end is closed, or waits',
        () => writer.socket.bytesWritten >= size,
        soon,
      );
      reader.socket.resume();
      await reader.closed();
      expect(reader.received.length - before).toBe(size);
      expect(reader.ending).toBe('ended');
    },
  );

  test.each(['client', 'upstream'])(
    'the rest is given up when nothing more comes once the %s has ended its half',
    async (who) => {
      await using tunnel = await openTunnel({ idleMs: 100 });
      const [first, other] = who === 'client' ? [tunnel.client, tunnel.wire] : [tunnel.wire, tunnel.client];
      first.socket.end();
      await other.closed();
      await first.closed();
      await eventually('the exchange has ended', () => tunnel.ambassador.breaker().inFlight === 0, soon);
      expect(tunnel.ambassador.breaker().counts).toMatchObject({ successes: 1, failures: 0 });
    },
  );

  test.each(['client', 'upstream'])(
    'a %s that has ended its half and is then gone ends both',
    async (who) => {
      await using tunnel = await openTunnel({ idleMs: 60_000 });
      const [first, other] = who === 'client' ? [tunnel.client, tunnel.wire] : [tunnel.wire, tunnel.client];
      first.socket.end();
      await other.closed();
      first.socket.destroy();
      // The ambassador notices it when a write fails. Then it gives the other end 5 s to end its half.
      await eventually(
        'the ambassador notices',
        async () => {
          if (other.socket.writable) other.send('x');
          const over = /outcome="upgraded"[^}]*\} 1$/m.test(await tunnel.ambassador.metrics());
          return over || tunnel.ambassador.breaker().inFlight === 0;
        },
        soon,
      );
      other.socket.end();
      await eventually('the exchange has ended', () => tunnel.ambassador.breaker().inFlight === 0, soon);
      expect(tunnel.ambassador.breaker().counts).toMatchObject({ successes: 1, failures: 0 });
    },
  );

  test('the rest is not given up while it moves', async () => {
    await using tunnel = await openTunnel({ idleMs: 300 });
    tunnel.wire.socket.end();
    await tunnel.client.closed();
    const begun = performance.now();
    await eventually(
      'a while has passed',
      () => {
        tunnel.client.send('x');
        return performance.now() - begun > 1200;
      },
      { everyMs: 20 },
    );
    tunnel.client.socket.end('done');
    expect(await tunnel.wire.closed()).toMatch(/x+done$/);
  });

  test('without either having ended, silence is not a reason to end', async () => {
    await using tunnel = await openTunnel({ idleMs: 50 });
    const begun = performance.now();
    await eventually('a while has passed', () => performance.now() - begun > 300, soon);
    tunnel.client.send('hello');
    expect(await tunnel.wire.until('hello')).toMatch(/\r\n\r\nhello$/);
  });
});
