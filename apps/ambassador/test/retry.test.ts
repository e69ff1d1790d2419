import { describe, expect, test } from '@jest/globals';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** Drops the first connections when they send something, and responds on the later ones. */
const droppingFirst = (count: number) =>
  RawUpstream.start((wire, index) => {
    wire.socket.on('data', () => (index < count ? wire.socket.resetAndDestroy() : wire.send(ok)));
  });

describe('one more try', () => {
  test.each(['GET', 'HEAD'])('%s gets a second attempt after a connection error', async (method) => {
    await using upstream = await droppingFirst(1);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/', { method })).status).toBe(200);
    expect(upstream.wires).toHaveLength(2);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 1, successes: 1, failures: 0 });
    expect(await ambassador.metrics()).toMatch(/^ambassador_retries_total\{upstream="[^"]+"\} 1$/m);
  });

  test('but only once', async () => {
    await using upstream = await droppingFirst(2);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(502);
    expect(upstream.wires).toHaveLength(2);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 1, failures: 1 });
  });

  test('a pooled connection that the upstream has just closed costs no client an error', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      let asked = 0;
      // The second request on a connection crosses the upstream's own closing of it.
      wire.socket.on('data', () => ((asked += 1) === 1 ? wire.send(ok) : wire.socket.resetAndDestroy()));
    });
    await using ambassador = await startAmbassador(upstream.url);
    for (let call = 1; call <= 3; call += 1) expect((await sendRequest(ambassador.url, '/')).body).toBe('ok');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is never sent twice', async (method) => {
    await using upstream = await droppingFirst(1);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/', { method })).status).toBe(502);
    expect(upstream.wires).toHaveLength(1);
  });

  test('nor is a GET with a body', async () => {
    await using upstream = await droppingFirst(1);
    await using ambassador = await startAmbassador(upstream.url);
    const { status } = await sendRequest(ambassador.url, '/', {
      headers: { 'content-length': 1 },
      body: 'x',
    });
    expect([status, upstream.wires.length]).toEqual([502, 1]);
  });

  test('nor what was answered, were it by a single byte', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => wire.socket.end('H'));
    });
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(502);
    expect(upstream.wires).toHaveLength(1);
  });

  test('nor what was answered with an error or not in time', async () => {
    let calls = 0;
    await using upstream = await startUpstream((request, response) => {
      calls += 1;
      if (request.url === '/error') response.writeHead(503).end();
    });
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, timeouts: { timeToFirstByteMs: 20 } },
    ]);
    expect((await sendRequest(ambassador.url, '/error')).status).toBe(503);
    expect((await sendRequest(ambassador.url, '/silent')).status).toBe(504);
    expect(calls).toBe(2);
  });

  test('nor for a client that has left', async () => {
    const asked = Promise.withResolvers<Wire>();
    await using upstream = await RawUpstream.start((wire) =>
      wire.socket.once('data', () => asked.resolve(wire)),
    );
    await using ambassador = await startAmbassador(upstream.url);
    const client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const wire = await asked.promise;
    await client[Symbol.asyncDispose]();
    await wire.closed();
    // A request that came later has been served, so nothing of the first is still to come.
    const later = sendRequest(ambassador.url, '/later');
    const second = await upstream.wire(1);
    await second.until('/later');
    second.send(ok);
    expect((await later).body).toBe('ok');
    expect(upstream.wires).toHaveLength(2);
  });

  test('nor once the circuit has opened', async () => {
    await using upstream = await RawUpstream.start((wire, index) => {
      if (index > 0)
        wire.socket.once('data', () => wire.send('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'));
    });
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, breaker: { volumeThreshold: 2, errorThresholdPercentage: 0 } },
    ]);
    const first = sendRequest(ambassador.url, '/');
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    await sendRequest(ambassador.url, '/');
    expect(ambassador.breaker().state).toBe('open');
    wire.socket.resetAndDestroy();
    expect((await first).status).toBe(502);
    expect(upstream.wires).toHaveLength(2);
  });
});
