import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador, startUpstream, type RunningAmbassador } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { startFull } from './support/full-server.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const within = (upstream: string, timeouts: object, rest = {}) => [
  { prefix: '/', upstream, timeouts, ...rest },
];

/** Sends a piece now and then, for longer than some time-out. @returns how many were sent. */
async function dripFor(milliseconds: number, send: () => void): Promise<number> {
  const begun = performance.now();
  let pieces = 0;
  const drip = () => {
    send();
    pieces += 1;
    return performance.now() - begun > milliseconds;
  };
  await eventually('the last piece', drip, { everyMs: 20 });
  return pieces;
}

/**
 * Fills all buffers on the way to an upstream that does not read. The pieces are so small that the ambassador accepts
 * the end of the request, too.
 * @returns the client, whose request is complete, but not completely written to the upstream.
 */
async function fill(ambassador: RunningAmbassador): Promise<Wire> {
  const sent = Promise.withResolvers<ClientRequest>();
  const note = (message: unknown) => sent.resolve((message as { request: ClientRequest }).request);
  subscribe('http.client.request.created', note);
  try {
    const client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
    );
    const request = await sent.promise;
    const socket = await eventually('it has a connection', () => request.socket ?? false, { everyMs: 0 });
    const piece = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    let bytes = 0;
    await eventually(
      'the buffers are full',
      async () => {
        client.send(piece);
        bytes += piece.length;
        await eventually('the piece has come', () => socket.bytesWritten >= bytes, { everyMs: 0 });
        return socket.writableLength > 0;
      },
      { everyMs: 0 },
    );
    client.send('0\r\n\r\n');
    return client;
  } finally {
    unsubscribe('http.client.request.created', note);
  }
}

describe('time-outs', () => {
  test('no connection in time is 504', async () => {
    await using upstream = await startFull();
    await using ambassador = await startAmbassador(within(upstream.url, { connectMs: 50 }));
    const { status, body } = await sendRequest(ambassador.url, '/');
    expect([status, JSON.parse(body)]).toEqual([
      504,
      expect.objectContaining({ detail: expect.stringContaining('No connection') }),
    ]);
    expect(ambassador.breaker().counts).toMatchObject({ failures: 1, timeouts: 1 });
  });

  test('no response in time is 504, and the request to the upstream ends', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(within(upstream.url, { timeToFirstByteMs: 30 }));
    const { status, body } = await sendRequest(ambassador.url, '/');
    expect([status, JSON.parse(body).type]).toEqual([504, 'urn:shop:problem:upstream-timeout']);
    await (await upstream.wire()).closed();
    expect(ambassador.breaker()).toMatchObject({ inFlight: 0, counts: { failures: 1, timeouts: 1 } });
  });

  test('a response that stops in mid-body is cut, which is not a failure of the upstream', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
    await using ambassador = await startAmbassador(within(upstream.url, { idleMs: 30 }));
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.closed()).toMatch(/half$/);
    await (await upstream.wire()).closed();
    await eventually('the exchange has ended', () => ambassador.breaker().inFlight === 0, { everyMs: 5 });
    expect(ambassador.breaker().counts).toMatchObject({ successes: 1, failures: 0 });
  });

  test('a response may take longer than any time-out as long as it moves', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await using ambassador = await startAmbassador(
      within(upstream.url, { timeToFirstByteMs: 100, idleMs: 150 }),
    );
    const answer = sendRequest(ambassador.url, '/');
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    const pieces = await dripFor(300, () => wire.send('1\r\nx\r\n'));
    wire.send('0\r\n\r\n');
    expect((await answer).body).toBe('x'.repeat(pieces));
  });

  test.each([
    ['with a length', 'Content-Length: 2', 'o', 'k', 'ok'],
    [
      'in chunks',
      'Transfer-Encoding: chunked',
      '1\r\no\r\n',
      '1\r\nk\r\n0\r\n\r\n',
      '1\r\no\r\n1\r\nk\r\n0\r\n\r\n',
    ],
    ['that has only begun', 'Content-Length: 2', '', 'ok', 'ok'],
  ])(
    'A5: a request that moves keeps an earlier response alive, %s',
    async (_what, framing, first, rest, body) => {
      await using upstream = await RawUpstream.start((wire) => {
        wire.socket.once('data', () => wire.send(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n${first}`));
      });
      await using ambassador = await startAmbassador(within(upstream.url, { idleMs: 400 }));
      await using client = await Wire.connect(
        ambassador.port,
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
      );
      await client.until(`\r\n\r\n${first}`);
      const pieces = await dripFor(1500, () => client.send('1\r\nx\r\n'));
      client.send('0\r\n\r\n');
      const wire = await upstream.wire();
      expect((await wire.until(/\r\n0\r\n\r\n$/)).match(/1\r\nx\r\n/g)).toHaveLength(pieces + 1);
      wire.send(rest);
      expect(parseHead(await client.until(`\r\n\r\n${body}`)).body).toBe(body);
    },
  );

  test('A5: but only while it moves: both silent, it is cut', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
    await using ambassador = await startAmbassador(within(upstream.url, { idleMs: 100 }));
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf',
    );
    expect(await client.closed()).toMatch(/half$/);
    await (await upstream.wire()).closed();
    await ambassador.ended('cut');
  });

  test('a client whose body stalls gets 408 and is not the upstream’s fault', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(
      within(upstream.url, { idleMs: 30, timeToFirstByteMs: 10 }),
    );
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf',
    );
    expect(await client.until('request-timeout')).toMatch(/^HTTP\/1.1 408 [\s\S]*connection: close/i);
    await (await upstream.wire()).closed();
    expect(ambassador.breaker().counts).toMatchObject({ fires: 1, failures: 0 });
  });

  test('the time to the first byte begins when the request has been sent, not when its upload begins', async () => {
    await using upstream = await startUpstream((request, response) => {
      request.resume().once('end', () => response.end('thanks'));
    });
    await using ambassador = await startAmbassador(
      within(upstream.url, { timeToFirstByteMs: 60, idleMs: 5000 }),
    );
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await dripFor(200, () => client.send('1\r\nx\r\n'));
    client.send('0\r\n\r\n');
    expect(await client.until('thanks')).toMatch(/^HTTP\/1.1 200 /);
  });

  test('nor before the request is written out', async () => {
    await using upstream = await RawUpstream.start((wire) => wire.socket.pause());
    await using ambassador = await startAmbassador(
      within(upstream.url, { timeToFirstByteMs: 300, idleMs: 15_000 }),
    );
    await using client = await fill(ambassador);
    const begun = performance.now();
    await eventually('a while has passed', () => client.received !== '' || performance.now() - begun > 1000, {
      everyMs: 20,
    });
    expect(client.received).toBe('');
    const wire = await upstream.wire();
    wire.socket.resume();
    await wire.until(/\r\n0\r\n\r\n$/);
    wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 200 /);
  }, 20_000);

  test('an upstream that does not take the end of a body is at fault', async () => {
    await using upstream = await RawUpstream.start((wire) => wire.socket.pause());
    await using ambassador = await startAmbassador(
      within(upstream.url, { timeToFirstByteMs: 60_000, idleMs: 500 }),
    );
    await using client = await fill(ambassador);
    expect(await client.until('upstream-timeout')).toMatch(/^HTTP\/1.1 504 /);
    expect(ambassador.breaker()).toMatchObject({ inFlight: 0, counts: { failures: 1, timeouts: 1 } });
  }, 20_000);

  test('an upstream that takes no more of a body is at fault', async () => {
    await using upstream = await RawUpstream.start((wire) => wire.socket.pause());
    await using ambassador = await startAmbassador(within(upstream.url, { idleMs: 50 }));
    await using client = await Wire.connect(
      ambassador.port,
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(20_000_000)}`,
    );
    expect(await client.until('upstream-timeout')).toMatch(/^HTTP\/1.1 504 /);
    expect(ambassador.breaker().counts).toMatchObject({ failures: 1, timeouts: 1 });
  });

  test('a pooled connection is dropped before the upstream would', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=1\r\n\r\nok',
    );
    await using ambassador = await startAmbassador(within(upstream.url, { keepAliveMs: 60_000 }));
    await sendRequest(ambassador.url, '/1');
    await sendRequest(ambassador.url, '/2');
    expect(upstream.wires).toHaveLength(2);
  });

  test('a pooled connection is dropped after its time', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await using ambassador = await startAmbassador(within(upstream.url, { keepAliveMs: 500 }));
    await sendRequest(ambassador.url, '/1');
    await sendRequest(ambassador.url, '/2');
    expect(upstream.wires).toHaveLength(1);
    await (await upstream.wire()).closed();
  });
});

describe('bounded concurrency', () => {
  test('one request too many is answered at once, and a place that becomes free is used', async () => {
    const open: (() => void)[] = [];
    await using upstream = await startUpstream((_request, response) => {
      response.write('begun');
      open.push(() => response.end());
    });
    await using ambassador = await startAmbassador(within(upstream.url, {}, { maxConcurrent: 2 }));
    const first = sendRequest(ambassador.url, '/');
    const second = sendRequest(ambassador.url, '/');
    await eventually('two requests are in progress', () => open.length === 2, { everyMs: 5 });
    expect(await sendRequest(ambassador.url, '/')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
    });
    expect(ambassador.breaker()).toMatchObject({ inFlight: 2, counts: { fires: 2, failures: 0 } });
    open[0]?.();
    open[1]?.();
    expect((await first).body + (await second).body).toBe('begunbegun');
    await eventually('both have ended', () => ambassador.breaker().inFlight === 0, { everyMs: 5 });
    const third = sendRequest(ambassador.url, '/');
    await eventually('a third request is in progress', () => open.length === 3, { everyMs: 5 });
    open[2]?.();
    expect((await third).status).toBe(200);
  });

  test('a GET over the bound gets the fallback', async () => {
    await using upstream = await RawUpstream.start();
    const fallback = Buffer.from('{}');
    await using ambassador = await startAmbassador(within(upstream.url, {}, { maxConcurrent: 1, fallback }));
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually('a request is in progress', () => ambassador.breaker().inFlight === 1, { everyMs: 5 });
    expect(await sendRequest(ambassador.url, '/')).toMatchObject({
      status: 200,
      headers: { 'x-fallback-reason': 'overloaded' },
    });
    expect(client.received).toBe('');
  });
});
