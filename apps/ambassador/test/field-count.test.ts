import { describe, expect, test } from '@jest/globals';
import { startAmbassador } from './support/ambassador.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const many = (count: number): string =>
  Array.from({ length: count }, (_none, index) => `a${index}:\r\n`).join('');

describe('A9: more fields than Node counts by default', () => {
  test.each([1001, 1600])('of a response, %d, are passed on to the last', async (count) => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 200 OK\r\n${many(count)}Content-Length: 2\r\nSet-Cookie: last=1\r\n\r\nok`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    // On a new connection, and on one from the pool.
    for (let call = 0; call < 2; call += 1) {
      await using client = await Wire.connect(ambassador.port, get);
      const raw = await client.until('\r\n\r\nok');
      expect(raw).toContain('Set-Cookie: last=1\r\n');
      expect(raw.match(/^a\d+:/gm)).toHaveLength(count);
    }
    expect(upstream.wires).toHaveLength(1);
  });

  test('of an interim response are passed on', async () => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 103 Early Hints\r\n${many(1001)}Link: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get);
    expect(await client.until('\r\n\r\nok')).toContain('Link: </a>\r\n');
  });

  test('of an agreement to an upgrade are passed on', async () => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n${many(1001)}Set-Cookie: last=1\r\n\r\n`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    );
    expect(await client.until('\r\n\r\n')).toContain('Set-Cookie: last=1\r\n');
  });

  test('of a request are passed on', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `GET / HTTP/1.1\r\nHost: a\r\n${many(1600)}Cookie: last=1\r\n\r\n`,
    );
    await client.until('\r\n\r\nok');
    const { received } = await upstream.wire();
    expect(received).toMatch(/^cookie: last=1\r$/m);
    expect(received.match(/^a\d+:/gm)).toHaveLength(1600);
  });

  test('in the trailer of a response are passed on', async () => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${many(1001)}X-Sum: 1\r\n\r\n`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get);
    expect(await client.until(/\r\n0\r\n[^]*\r\n\r\n/)).toContain('X-Sum: 1\r\n');
  });

  test('in the trailer of a request are passed on', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${many(1001)}X-Sum: 1\r\n\r\n`,
    );
    expect(await (await upstream.wire()).until(/\r\n0\r\n[^]*\r\n\r\n/)).toContain('X-Sum: 1\r\n');
    await client[Symbol.asyncDispose]();
  });

  test('too large a header section is refused, not shortened: 502 from the upstream, 431 to the client', async () => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 200 OK\r\n${many(9000)}Content-Length: 2\r\n\r\nok`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get);
    expect(await client.until('bad-upstream')).toMatch(/^HTTP\/1.1 502 /);
    await using other = await Wire.connect(ambassador.port, `GET / HTTP/1.1\r\nHost: a\r\n${many(9000)}\r\n`);
    expect(await other.closed()).toMatch(/^HTTP\/1.1 431 /);
  });

  test('too large a trailer is refused, not shortened: the response is cut, the request is 431', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => {
        if (wire.received.startsWith('GET'))
          wire.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${many(9000)}\r\n`);
      });
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get);
    expect(await client.closed()).not.toMatch(/\r\n0\r\n/);
    await using other = await Wire.connect(
      ambassador.port,
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${many(9000)}\r\n`,
    );
    expect(await other.closed()).toMatch(/^HTTP\/1.1 431 /);
    expect((await upstream.wire(1)).received).not.toMatch(/\r\n0\r\n/);
  });
});
