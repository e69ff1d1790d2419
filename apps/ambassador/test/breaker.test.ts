import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { closedPort, openingsOf, startAmbassador, startUpstream, type Entry } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const breaker = {
  errorThresholdPercentage: 50,
  volumeThreshold: 4,
  rollingWindowMs: 60_000,
  resetTimeoutMs: 100,
};
/** Stays open for as long as a test lasts. */
const stubborn = { ...breaker, resetTimeoutMs: 60_000 };
const fallback = Buffer.from('{"name":"unknown"}');
const entry = (upstream: string, rest: Partial<Entry> = {}): Entry => ({
  prefix: '/',
  upstream,
  breaker,
  ...rest,
});
const until = (what: string, holds: () => boolean) => eventually(what, holds, { everyMs: 5 });

describe('the circuit', () => {
  test('opens above the share of failures, tries again after a while, and closes when the trial succeeds', async () => {
    let status = 500;
    let calls = 0;
    await using upstream = await startUpstream((_request, response) => {
      calls += 1;
      response.writeHead(status).end('theirs');
    });
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    for (let call = 1; call <= 4; call += 1) {
      expect(ambassador.breaker().state).toBe('closed');
      expect(await sendRequest(ambassador.url, '/')).toMatchObject({ status: 500, body: 'theirs' });
    }
    expect(openingsOf(ambassador)).toBe(1);
    expect(ambassador.breaker()).toMatchObject({
      inFlight: 0,
      counts: { fires: 4, failures: 4, successes: 0, rejects: 0 },
    });

    await until('the trial is due', () => ambassador.breaker().state === 'half-open');
    expect((await sendRequest(ambassador.url, '/')).status).toBe(500);
    expect(openingsOf(ambassador)).toBe(2);

    status = 200;
    await until('the trial is due', () => ambassador.breaker().state === 'half-open');
    expect((await sendRequest(ambassador.url, '/')).status).toBe(200);
    expect(ambassador.breaker()).toMatchObject({ state: 'closed' });
    expect(ambassador.breaker()).not.toHaveProperty('nextTrialAt');
    expect(calls).toBe(6);
    const changes = ambassador.lines.filter(({ msg }) => msg.startsWith('circuit '));
    expect(changes.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'warn circuit open',
      'info circuit half-open',
      'warn circuit open',
      'info circuit half-open',
      'info circuit closed',
    ]);
  });

  test('once open, nothing reaches the upstream: 503, and when to come again', async () => {
    await using upstream = await startUpstream((_request, response) => response.writeHead(503).end());
    await using ambassador = await startAmbassador([entry(upstream.url, { breaker: stubborn })]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/');
    const opened = ambassador.breaker();
    expect(opened).toMatchObject({ upstream: upstream.url, state: 'open', inFlight: 0 });
    expect(Date.parse(opened.nextTrialAt as string) - Date.parse(opened.since)).toBe(60_000);
    let calls = 0;
    upstream.server.on('request', () => (calls += 1));
    const { status, headers, body } = await sendRequest(ambassador.url, '/', { method: 'POST', body: 'x' });
    expect([status, headers['retry-after']]).toEqual([503, '60']);
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:shop:problem:upstream-unavailable', status: 503 });
    expect(calls).toBe(0);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 5, failures: 4, rejects: 1 });
  });

  test.each([200, 304, 400, 404, 429, 501, 505, 599])(
    'status %i is a response like any other',
    async (status) => {
      await using upstream = await startUpstream((_request, response) => response.writeHead(status).end());
      await using ambassador = await startAmbassador([entry(upstream.url, { fallback })]);
      for (let call = 1; call <= 6; call += 1)
        expect((await sendRequest(ambassador.url, '/')).status).toBe(status);
      expect(ambassador.breaker()).toMatchObject({ state: 'closed', counts: { successes: 6, failures: 0 } });
    },
  );

  test.each([500, 502, 503, 504])('status %i is a failure', async (status) => {
    await using upstream = await startUpstream((_request, response) => response.writeHead(status).end());
    await using ambassador = await startAmbassador([entry(upstream.url, { breaker: stubborn })]);
    for (let call = 1; call <= 4; call += 1)
      expect((await sendRequest(ambassador.url, '/')).status).toBe(status);
    expect(ambassador.breaker()).toMatchObject({ state: 'open', counts: { failures: 4 } });
  });

  test('stays closed below the volume, and at the share itself', async () => {
    await using upstream = await startUpstream((request, response) =>
      response.writeHead(Number(request.url?.slice(1))).end(),
    );
    await using ambassador = await startAmbassador([entry(upstream.url, { breaker: stubborn })]);
    for (const status of [500, 500, 500]) await sendRequest(ambassador.url, `/${status}`);
    expect(ambassador.breaker().state).toBe('closed');
    for (const status of [200, 200, 200, 200, 500]) await sendRequest(ambassador.url, `/${status}`);
    expect(ambassador.breaker()).toMatchObject({ state: 'closed', counts: { fires: 8, failures: 4 } });
    await sendRequest(ambassador.url, '/500');
    expect(ambassador.breaker().state).toBe('open');
  });

  test('lets one trial through at a time', async () => {
    let answer: (() => void) | undefined;
    let calls = 0;
    await using upstream = await startUpstream((request, response) => {
      if (request.url === '/fail') return void response.writeHead(500).end();
      calls += 1;
      answer = () => response.end('ok');
    });
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/fail');
    await until('the trial is due', () => ambassador.breaker().state === 'half-open');
    const trial = sendRequest(ambassador.url, '/');
    await until('the trial has begun', () => calls === 1);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
    });
    answer?.();
    expect((await trial).body).toBe('ok');
    expect([ambassador.breaker().state, calls]).toEqual(['closed', 1]);
  });

  test('a client that leaves is not a failure of the upstream', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    for (let call = 0; call < 6; call += 1) {
      const client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const wire = await upstream.wire(call);
      await wire.until('\r\n\r\n');
      await client[Symbol.asyncDispose]();
      await wire.closed();
    }
    expect(ambassador.breaker()).toMatchObject({
      state: 'closed',
      inFlight: 0,
      counts: { fires: 6, failures: 0 },
    });
  });

  test('but as the trial it proves nothing: the circuit opens again', async () => {
    await using upstream = await RawUpstream.start((wire, index) => {
      if (index < 4)
        wire.socket.once('data', () =>
          wire.send('HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
        );
    });
    await using ambassador = await startAmbassador([entry(upstream.url)]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/');
    await until('the trial is due', () => ambassador.breaker().state === 'half-open');
    const client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await (await upstream.wire(4)).until('\r\n\r\n');
    await client[Symbol.asyncDispose]();
    await until('the trial has ended', () => openingsOf(ambassador) > 1);
    await until('another trial is due', () => ambassador.breaker().state === 'half-open');
    expect(openingsOf(ambassador)).toBe(2);
  });

  test('a trial with an endless upload does not keep the circuit half-open for ever', async () => {
    await using upstream = await startUpstream((request, response) => {
      if (request.url === '/fail') return void response.writeHead(500).end();
      request.resume().once('end', () => response.end('thanks'));
    });
    const timeouts = { connectMs: 50, timeToFirstByteMs: 50, idleMs: 200 };
    await using ambassador = await startAmbassador([entry(upstream.url, { breaker, timeouts })]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/fail');
    await until('the trial is due', () => ambassador.breaker().state === 'half-open');
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await until('the trial has begun', () => ambassador.breaker().inFlight === 1);
    await until('the trial is given up', () => {
      client.send('1\r\nx\r\n');
      return openingsOf(ambassador) === 2;
    });
    client.send('0\r\n\r\n');
    expect(await client.until('thanks')).toMatch(/^HTTP\/1.1 200 /);
  });

  test('is the reason that is given, even where no place is free either', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nhalf');
    await using ambassador = await startAmbassador([
      entry(upstream.url, { breaker: { ...stubborn, volumeThreshold: 1 }, maxConcurrent: 1 }),
    ]);
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('half');
    expect(ambassador.breaker()).toMatchObject({ state: 'open', inFlight: 1 });
    expect((await sendRequest(ambassador.url, '/')).headers['retry-after']).toBe('60');
    expect(ambassador.breaker().counts).toMatchObject({ rejects: 1 });
  });

  test('routes to one upstream share its breaker; another upstream has its own', async () => {
    await using bad = await startUpstream((_request, response) => response.writeHead(500).end());
    await using good = await startUpstream((_request, response) => response.end('ok'));
    await using ambassador = await startAmbassador([
      entry(bad.url, { prefix: '/a', breaker: stubborn }),
      entry(bad.url, { prefix: '/b', breaker: stubborn }),
      entry(good.url, { prefix: '/c' }),
    ]);
    for (let call = 1; call <= 4; call += 1) await sendRequest(ambassador.url, '/a');
    expect((await sendRequest(ambassador.url, '/b')).status).toBe(503);
    expect((await sendRequest(ambassador.url, '/c')).body).toBe('ok');
  });
});

const marked = (reason: string) => ({
  status: 200,
  body: fallback.toString(),
  headers: {
    'content-type': 'application/json',
    'content-length': String(fallback.length),
    'cache-control': 'no-store',
    'x-fallback': 'static',
    'x-fallback-reason': reason,
  },
});

describe('the fallback', () => {
  test('stands for an upstream that is not there, and says so', async () => {
    await using ambassador = await startAmbassador([
      entry(`http://127.0.0.1:${await closedPort()}`, { fallback }),
    ]);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject(marked('unreachable'));
  });

  test('stands for a name that does not resolve', async () => {
    await using ambassador = await startAmbassador([
      entry('http://no-such-host.invalid:3000', { fallback, timeouts: { connectMs: 60_000 } }),
    ]);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject(marked('unreachable'));
    expect(await sendRequest(ambassador.url, '/', { method: 'POST' })).toMatchObject({ status: 503 });
  });

  test('stands for an error of the upstream, for a broken answer and for an open circuit', async () => {
    await using upstream = await RawUpstream.start((wire, index) => {
      wire.socket.once('data', () => {
        if (index === 0) wire.send('HTTP/1.1 500 No\r\nContent-Length: 6\r\n\r\nsecret');
        else wire.send('garbage\r\n\r\n');
        wire.socket.end();
      });
    });
    await using ambassador = await startAmbassador([entry(upstream.url, { fallback, breaker: stubborn })]);
    for (let call = 1; call <= 4; call += 1)
      expect(await sendRequest(ambassador.url, '/')).toMatchObject(marked('upstream-error'));
    expect(await sendRequest(ambassador.url, '/')).toMatchObject(marked('circuit-open'));
    expect(ambassador.breaker().counts).toMatchObject({ fallbacks: 5 });
  });

  test('stands for a time-out', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([
      entry(upstream.url, { fallback, timeouts: { timeToFirstByteMs: 20 } }),
    ]);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject(marked('timeout'));
  });

  test('has no body for HEAD', async () => {
    await using ambassador = await startAmbassador([
      entry(`http://127.0.0.1:${await closedPort()}`, { fallback }),
    ]);
    expect(await sendRequest(ambassador.url, '/', { method: 'HEAD' })).toMatchObject({
      ...marked('unreachable'),
      body: '',
    });
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('never stands for %s', async (method) => {
    await using ambassador = await startAmbassador([
      entry(`http://127.0.0.1:${await closedPort()}`, { fallback }),
    ]);
    const { status, headers } = await sendRequest(ambassador.url, '/', { method });
    expect([status, headers['x-fallback']]).toEqual([503, undefined]);
  });

  test('never stands for a GET with a body', async () => {
    await using ambassador = await startAmbassador([
      entry(`http://127.0.0.1:${await closedPort()}`, { fallback }),
    ]);
    const { status, headers } = await sendRequest(ambassador.url, '/', {
      headers: { 'content-length': 1 },
      body: 'x',
    });
    expect([status, headers['x-fallback']]).toEqual([503, undefined]);
  });

  test('a large body of an error is not read for nothing; a small one leaves the connection in the pool', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.on('data', (part: Buffer) => {
        if (part.includes('/large'))
          wire.send(`HTTP/1.1 500 No\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(999)}`);
        else wire.send('HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno');
      });
    });
    await using ambassador = await startAmbassador([
      entry(upstream.url, { fallback, breaker: { ...stubborn, volumeThreshold: 100 } }),
    ]);
    for (const path of ['/', '/', '/large'])
      expect((await sendRequest(ambassador.url, path)).status).toBe(200);
    expect(upstream.wires).toHaveLength(1);
    await (await upstream.wire()).closed();
  });
});
