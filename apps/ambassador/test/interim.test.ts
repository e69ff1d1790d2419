import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador } from './support/ambassador.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const get = (path = '/'): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const processing = 'HTTP/1.1 102 Processing\r\n\r\n';

describe('A8: interim responses', () => {
  test('are passed on as they come, in their order, before the final one', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get());
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    wire.send('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nlink: </b.js>\r\n\r\n');
    await client.until('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nlink: </b.js>\r\n\r\n');
    wire.send(processing + 'HTTP/1.1 199 New\r\nX-A: \xe9\r\n\r\n');
    await client.until('X-A: \xe9\r\n\r\n');
    wire.send(ok);
    const raw = await client.until('ok');
    expect(raw.match(/HTTP\/1\.1 \d{3}/g)).toEqual([
      'HTTP/1.1 103',
      'HTTP/1.1 102',
      'HTTP/1.1 199',
      'HTTP/1.1 200',
    ]);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 1, successes: 1 });
  });

  test('lose the fields of the upstream’s connection, and framing, which they have none of', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 103 Early Hints\r\nConnection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n' +
        `Upgrade: h2c\r\nLink: </a>\r\n\r\n${ok}`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get());
    expect(await client.until('ok')).toMatch(
      /^HTTP\/1.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1.1 200 /,
    );
  });

  test('do not reach a client of HTTP/1.0', async () => {
    await using upstream = await RawUpstream.answering(`HTTP/1.1 103 Early Hints\r\n\r\n${processing}${ok}`);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.0\r\n\r\n');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 [^]*ok$/);
  });

  test('100 does not reach a client that does not expect it', async () => {
    await using upstream = await RawUpstream.answering(`HTTP/1.1 100 Continue\r\n\r\n${ok}`);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi',
    );
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 200 /);
  });

  test('100 reaches one that has, once', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
    );
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    wire.send(`${processing}HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n`);
    await client.until('100 Continue');
    client.send('hi');
    await wire.until('hi');
    wire.send(ok);
    const raw = await client.until('ok');
    expect(raw.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 102', 'HTTP/1.1 100', 'HTTP/1.1 200']);
  });

  test.each([
    ['a response', get(), { timeToFirstByteMs: 400 }],
    [
      'leave to send the body',
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n',
      { idleMs: 400 },
    ],
  ])('are a sign of life while the attempt waits for %s', async (_what, request, timeouts) => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([{ prefix: '/', upstream: upstream.url, timeouts }]);
    await using client = await Wire.connect(ambassador.port, request);
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    const begun = performance.now();
    await eventually(
      'a while has passed',
      () => {
        wire.send(processing);
        return performance.now() - begun > 1200;
      },
      { everyMs: 20 },
    );
    wire.send(ok);
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 102 [^]*HTTP\/1.1 200 /);
    expect(ambassador.breaker().counts).toMatchObject({ timeouts: 0, failures: 0 });
  });

  test('do not keep an attempt alive without end', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, timeouts: { timeToFirstByteMs: 100 } },
    ]);
    await using client = await Wire.connect(ambassador.port, get());
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    await eventually(
      'the upstream is given up',
      () => {
        if (wire.ending === 'open') wire.send(processing);
        return wire.ending !== 'open';
      },
      { everyMs: 10 },
    );
    expect(await client.until('upstream-timeout')).toMatch(/^HTTP\/1.1 102 [^]*HTTP\/1.1 504 /);
    expect(ambassador.breaker()).toMatchObject({ inFlight: 0, counts: { timeouts: 1, failures: 1 } });
  }, 20_000);

  test('of a request behind another on the same connection wait for their turn', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get('/1') + get('/2'));
    const wires = await Promise.all([upstream.wire(0), upstream.wire(1)]);
    await Promise.all(wires.map((wire) => wire.until('\r\n\r\n')));
    const [first, second] = wires[0]?.received.includes('/1') ? wires : wires.toReversed();
    second?.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    second?.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecond\r\n0\r\n\r\n');
    await eventually('the second has been answered', () => ambassador.breaker().counts.successes === 1, {
      everyMs: 5,
    });
    first?.send(ok);
    const raw = await client.until('0\r\n\r\n');
    expect(raw).toMatch(/^HTTP\/1.1 200 [^]*\r\n\r\nokHTTP\/1.1 [^]*second\r\n0\r\n\r\n$/);
    expect(raw).not.toMatch(/HTTP\/1.1 200 [^]*HTTP\/1.1 200 [^]*103/);
  });

  test('that are malformed are a broken answer', async () => {
    await using upstream = await RawUpstream.answering(`HTTP/1.1 103 Hints\r\nX: \x01\r\n\r\n${ok}`);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get());
    expect(await client.until('bad-upstream')).toMatch(/^HTTP\/1.1 502 /);
  });

  test('are not piled up for a client that does not read', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get());
    client.socket.pause();
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    const hints = `HTTP/1.1 103 Early Hints\r\nLink: <${'x'.repeat(10_000)}>\r\n\r\n`;
    for (let count = 0; count < 3000; count += 1)
      if (!wire.socket.write(hints)) await new Promise((resolve) => wire.socket.once('drain', resolve));
    wire.send(ok);
    await eventually('it is answered', () => ambassador.breaker().counts.successes === 1, { everyMs: 5 });
    client.socket.resume();
    expect((await client.until('\r\n\r\nok')).length).toBeLessThan(25_000_000);
  });

  test('a final response of 101 to a request without an upgrade is a broken response', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get());
    expect(await client.until('bad-upstream')).toMatch(/^HTTP\/1.1 502 /);
  });
});
