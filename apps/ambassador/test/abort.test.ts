import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const soon = { everyMs: 5 };

describe('when the client leaves', () => {
  test.each([
    ['before the response', ''],
    ['in the middle of the response', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
  ])('%s, the request to the upstream ends too', async (_when, begun) => {
    await using upstream = await RawUpstream.answering(begun);
    await using ambassador = await startAmbassador(upstream.url);
    const client = await Wire.connect(ambassador.port, get);
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    await client.until(new RegExp(begun.slice(-4)));
    await client[Symbol.asyncDispose]();
    await wire.closed();
    await eventually('the exchange has ended', () => ambassador.breaker().inFlight === 0, soon);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 1, failures: 0 });
    await ambassador.ended('aborted');
  });

  test('in the middle of its own body, the upstream gets no complete request', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    const client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    );
    const wire = await upstream.wire();
    await wire.until('half');
    await client[Symbol.asyncDispose]();
    expect(await wire.closed()).not.toContain('0\r\n\r\n');
    expect(ambassador.breaker().counts).toMatchObject({ fires: 1, failures: 0 });
  });

  test('with pipelined requests, all of their exchanges end', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    const client = await Wire.connect(ambassador.port, get + get + get);
    const wires = await Promise.all([0, 1, 2].map((index) => upstream.wire(index)));
    await Promise.all(wires.map((wire) => wire.until('\r\n\r\n')));
    await client[Symbol.asyncDispose]();
    await Promise.all(wires.map((wire) => wire.closed()));
    await eventually('the exchanges have ended', () => ambassador.breaker().inFlight === 0, soon);
    expect(ambassador.breaker().counts).toMatchObject({ fires: 3, failures: 0 });
  });
});

describe('when the upstream breaks off in mid-body', () => {
  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('of a body with %s, the client sees that it is not whole', async (_what, response) => {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      await using upstream = await RawUpstream.answering(response);
      await using ambassador = await startAmbassador(upstream.url);
      await using client = await Wire.connect(ambassador.port, get);
      await client.until('half');
      (await upstream.wire()).socket[end]();
      const raw = await client.closed();
      expect(raw).not.toContain('0\r\n\r\n');
      await eventually('the exchange has ended', () => ambassador.breaker().inFlight === 0, soon);
      await ambassador.ended('cut');
      expect(ambassador.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', requestId: expect.any(String) }),
      );
    }
  });

  test('a client of HTTP/1.0, whose bodies end with the connection, sees a reset', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.0\r\n\r\n');
    await client.until('half');
    (await upstream.wire()).socket.end();
    await client.closed();
    expect(client.ending).toBe('reset');
  });

  test('a body that ends with the upstream’s connection is whole', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => wire.socket.end('HTTP/1.1 200 OK\r\n\r\nwhole'));
    });
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).body).toBe('whole');
  });
});

describe('a malformed body', () => {
  test('is answered 400, and its exchange is aborted', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    );
    const wire = await upstream.wire();
    await wire.until('half');
    client.send('zz\r\n');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 400 [\s\S]*malformed-request/);
    await wire.closed();
    expect(ambassador.breaker().counts).toMatchObject({ failures: 0 });
  });

  test('behind a response that has begun ends the connection, and nothing is written into the response', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf');
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    );
    await client.until('half');
    client.send('zz\r\n');
    expect(await client.closed()).toMatch(/half$/);
  });

  test('a malformed pipelined request is not answered in place of the one before', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, `${get}@@@\r\n\r\n`);
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(await client.closed()).toMatch(/^HTTP\/1.1 200 [^]*okHTTP\/1.1 400 /);
  });
});

test('the end of an ambassador in the middle of an exchange leaves no unhandled rejection behind', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await using upstream = await RawUpstream.start();
    const ambassador = await startAmbassador(upstream.url);
    const exchange = sendRequest(ambassador.url, '/');
    await (await upstream.wire()).until('\r\n\r\n');
    await ambassador[Symbol.asyncDispose]();
    await (await upstream.wire()).closed();
    await eventually('the client has been cut off', () => ambassador.breaker().inFlight === 0, soon);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    await expect(exchange).rejects.toThrow('socket hang up');
  } finally {
    process.off('unhandledRejection', note);
  }
});
