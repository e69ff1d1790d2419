import { describe, expect, test } from '@jest/globals';
import { eventually } from '../../../tests/support/eventually.ts';
import { closedPort, startAmbassador } from './support/ambassador.ts';
import { ask } from './support/ask.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const upgrade =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n';
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\n';
const soon = { everyMs: 5 };

/** Agrees to every upgrade, with `first` right behind its answer, and then echoes. */
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
      await eventually('the call has ended', () => ambassador.breaker().inFlight === 0, soon);
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

  test('meets an open circuit, or nobody, as any call does: 503 on the socket, and no static answer', async () => {
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

  test('ends the upstream’s part when the client resets before the answer', async () => {
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
    await eventually('the call has ended', () => ambassador.breaker().inFlight === 0, soon);
    expect(ambassador.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('that nobody asked for is a broken answer', async () => {
    await using upstream = await RawUpstream.answering(switching);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await ask(ambassador.url, '/')).status).toBe(502);
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
      expect((await ask(ambassador.url, '/', { headers })).body).toBe('ok');
      expect((await upstream.wire()).received).not.toMatch(/upgrade|settings/i);
    },
  );

  test('counts as a call under way for as long as it is open', async () => {
    await using upstream = await echoing();
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, maxConcurrent: 1 },
    ]);
    await using client = await Wire.connect(ambassador.port, upgrade);
    await client.until('\r\n\r\n');
    expect((await ask(ambassador.url, '/')).status).toBe(503);
  });
});
