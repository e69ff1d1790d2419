import { describe, expect, test } from '@jest/globals';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** As the body of a request whose framing is lost on the way, this is a second request (RFC 9112, section 11.2). */
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

describe('no request hides in the body of another', () => {
  test.each(['DELETE', 'OPTIONS', 'GET', 'HEAD', 'POST', 'PATCH', 'PROPFIND'])(
    'the chunked body of %s stays a chunked body',
    async (method) => {
      await using upstream = await RawUpstream.start((wire) => {
        wire.socket.on('data', () => wire.received.endsWith('0\r\n\r\n') && wire.send(ok));
      });
      await using ambassador = await startAmbassador(upstream.url);
      await using client = await Wire.connect(
        ambassador.port,
        `${method} /real HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(smuggled)}0\r\n\r\n`,
      );
      await client.until('200 OK');
      const { start, headers, body } = parseHead((await upstream.wire()).received);
      expect(start).toBe(`${method} /real HTTP/1.1`);
      expect(headers['transfer-encoding']).toBe('chunked');
      expect(headers).not.toHaveProperty('content-length');
      expect(body).toBe(`${chunk(smuggled)}0\r\n\r\n`);
      expect(upstream.wires).toHaveLength(1);
    },
  );

  test.each(['DELETE', 'OPTIONS', 'GET'])('the body of %s with a length keeps its length', async (method) => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.on('data', () => wire.received.endsWith(smuggled) && wire.send(ok));
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `${method} /real HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    );
    await client.until('200 OK');
    const { headers, body } = parseHead((await upstream.wire()).received);
    expect(headers['content-length']).toBe(String(smuggled.length));
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(body).toBe(smuggled);
  });

  test.each(['GET', 'DELETE', 'OPTIONS', 'POST'])('%s without a body gets none', async (method) => {
    await using upstream = await RawUpstream.answering(ok);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.until('200 OK');
    const { headers, body } = parseHead((await upstream.wire()).received);
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers['content-length'] ?? '0').toBe('0');
    expect(body).toBe('');
  });

  test.each([
    ['both a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['chunks and then a length', 'Transfer-Encoding: chunked\r\nContent-Length: 4'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5'],
    ['a list of lengths', 'Content-Length: 4, 4'],
    ['a signed length', 'Content-Length: +4'],
    ['a coding besides chunked', 'Transfer-Encoding: gzip, chunked'],
    ['a coding other than chunked', 'Transfer-Encoding: identity'],
    ['chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['chunked that is not the last coding', 'Transfer-Encoding: chunked, gzip'],
    ['a disguised coding', 'Transfer-Encoding : chunked'],
    ['a coding with a control character', 'Transfer-Encoding: \x0bchunked'],
    ['a folded field', 'X-A: 1\r\n Transfer-Encoding: chunked'],
    ['a bare CR', 'X-A: 1\rTransfer-Encoding: chunked'],
    ['two hosts', 'Host: b'],
  ])('%s is refused and never reaches the upstream', async (_what, fields) => {
    await using upstream = await RawUpstream.answering(ok);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    const { start, headers } = parseHead(await client.until('\r\n\r\n{'));
    expect(start).toBe('HTTP/1.1 400 Bad Request');
    expect(headers['content-type']).toBe('application/problem+json');
    expect(upstream.wires.map(({ received }) => received).join('')).not.toMatch(/smuggled|POST/);
  });

  test('chunks are unknown to HTTP/1.0', async () => {
    await using upstream = await RawUpstream.answering(ok);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    );
    expect(await client.until('\r\n\r\n{')).toMatch(/^HTTP\/1.1 400 /);
    expect(upstream.wires).toHaveLength(0);
  });

  test('a Trailer field without chunks does not get as far as Node’s refusal of it', async () => {
    await using upstream = await RawUpstream.answering(ok);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nContent-Length: 2\r\n\r\nab',
    );
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 200 /);
    expect(parseHead((await upstream.wire()).received).headers).not.toHaveProperty('trailer');
  });
});

describe('no response hides in another', () => {
  test.each([
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['a coding that no client accepts', 'Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 4\r\n\r\nok'],
    ['a bare CR', 'X-A: 1\rX-B: 2\r\nContent-Length: 2\r\n\r\nok'],
    ['a field without a name', ': 1\r\nContent-Length: 2\r\n\r\nok'],
  ])('a response with %s is a broken answer', async (_what, rest) => {
    await using upstream = await RawUpstream.answering(`HTTP/1.1 200 OK\r\n${rest}`);
    await using ambassador = await startAmbassador(upstream.url);
    const { status, headers } = await sendRequest(ambassador.url, '/');
    expect([status, headers['content-type']]).toEqual([502, 'application/problem+json']);
  });

  test('a second, unrequested response is never passed on as that of the next request', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => wire.send(ok + ok.replace('ok', 'no')));
    });
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/1')).body).toBe('ok');
    expect((await sendRequest(ambassador.url, '/2')).body).toBe('ok');
    expect(upstream.wires).toHaveLength(2);
  });

  test('nor is one that comes while the connection lies idle in the pool', async () => {
    await using upstream = await RawUpstream.answering(ok);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/1')).body).toBe('ok');
    const idle = await upstream.wire();
    idle.send(ok.replace('ok', 'no'));
    await idle.closed();
    expect((await sendRequest(ambassador.url, '/2')).body).toBe('ok');
    expect(upstream.wires).toHaveLength(2);
  });

  test.each(['GET', 'POST'])(
    'CVE-2026-105481: nor is one that has come, but was not read yet, when %s takes the connection',
    async (method) => {
      await using upstream = await RawUpstream.answering(ok);
      await using ambassador = await startAmbassador(upstream.url);
      await using client = await Wire.connect(ambassador.port);
      const request = `${method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`;
      client.send(request);
      await client.until('\r\n\r\nok');
      const idle = await upstream.wire();
      // Both are there at the next turn of the event loop, the request before the unrequested response.
      client.send(request);
      idle.send(ok.replace('ok', 'no'));
      expect(await client.until(/\r\n\r\n(ok|no)/, 2)).not.toContain('no');
      expect(upstream.wires).toHaveLength(2);
      await idle.closed();
    },
  );

  test.each([0, 1])(
    'a connection that has just ended is not used, be it the first or the last: %d',
    async (index) => {
      await using upstream = await RawUpstream.start();
      await using ambassador = await startAmbassador(upstream.url);
      await using client = await Wire.connect(ambassador.port);
      await using other = await Wire.connect(ambassador.port);
      const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
      client.send(request);
      other.send(request);
      const wires = await Promise.all([upstream.wire(0), upstream.wire(1)]);
      for (const wire of wires) {
        await wire.until('\r\n\r\n');
        wire.send(ok);
        wire.socket.on('data', () => wire.send(ok));
      }
      await Promise.all([client.until('\r\n\r\nok'), other.until('\r\n\r\nok')]);
      // Both are there at the next turn of the event loop, the end before the request.
      await new Promise<void>((resolve) => wires[index]?.socket.end(resolve));
      client.send(request);
      expect(await client.until(/HTTP\/1.1 \d/, 2)).not.toContain('HTTP/1.1 5');
    },
  );

  test('a whole response is passed on with the length or the chunks that it came with', async () => {
    await using upstream = await startUpstream((request, response) => {
      if (request.url === '/chunked') {
        response.write('o');
        response.end('k');
      } else response.end('ok');
    });
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).headers['content-length']).toBe('2');
    const chunked = await sendRequest(ambassador.url, '/chunked');
    expect([chunked.headers['transfer-encoding'], chunked.body]).toEqual(['chunked', 'ok']);
  });
});
