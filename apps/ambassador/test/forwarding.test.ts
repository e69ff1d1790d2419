import { describe, expect, test } from '@jest/globals';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** The one request that the upstream gets of a raw one. */
async function seenBy(request: string, config = {}) {
  await using upstream = await RawUpstream.answering(ok);
  await using ambassador = await startAmbassador(upstream.url, config);
  await using client = await Wire.connect(ambassador.port, request);
  await client.until('ok');
  return { ...parseHead((await upstream.wire()).received), upstream };
}

describe('what reaches the upstream', () => {
  test('method, path and query are passed on as they came, repeated slashes too', async () => {
    const { start } = await seenBy('GET /user//1/%E2%82%AC?a=//b&c?d HTTP/1.1\r\nHost: shop\r\n\r\n');
    expect(start).toBe('GET /user//1/%E2%82%AC?a=//b&c?d HTTP/1.1');
  });

  test('fields of the connection are dropped, with those that Connection names', async () => {
    const { headers } = await seenBy(
      'GET / HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive, X-Internal , TE\r\nX-Internal: 1\r\nKeep-Alive: timeout=9\r\n' +
        'Proxy-Connection: x\r\nProxy-Authorization: Basic eDp5\r\nTE: gzip\r\nUpgrade: foo\r\nX-Kept: 1\r\n\r\n',
    );
    expect(headers).toMatchObject({ 'x-kept': '1', connection: 'keep-alive' });
    for (const name of [
      'x-internal',
      'keep-alive',
      'proxy-connection',
      'proxy-authorization',
      'te',
      'upgrade',
    ])
      expect(headers).not.toHaveProperty(name);
  });

  test('Connection cannot take the framing away', async () => {
    const { headers, body } = await seenBy(
      'POST / HTTP/1.1\r\nHost: shop\r\nConnection: content-length\r\nContent-Length: 3\r\n\r\nabc',
    );
    expect(headers['content-length']).toBe('3');
    expect(body).toBe('abc');
  });

  test('TE: trailers is this hop’s own and is set again', async () => {
    const { headers } = await seenBy('GET / HTTP/1.1\r\nHost: shop\r\nTE: deflate;q=0.5, trailers\r\n\r\n');
    expect(headers).toMatchObject({ te: 'trailers', connection: 'TE' });
  });

  test('Host is the upstream’s, and Via names this hop after the others', async () => {
    const { headers, upstream } = await seenBy('GET / HTTP/1.1\r\nHost: shop\r\nVia: 1.0 edge\r\n\r\n');
    expect(headers).toMatchObject({ host: `127.0.0.1:${upstream.port}`, via: '1.0 edge, 1.1 ambassador' });
  });

  test('an edge replaces what clients claim about themselves', async () => {
    const { headers } = await seenBy(
      'GET / HTTP/1.1\r\nHost: shop:8080\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n' +
        'X-Forwarded-Host: bank\r\nX-Forwarded-Port: 443\r\nX-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n\r\n',
      { forwarded: 'replace' },
    );
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop:8080',
    });
    for (const name of ['x-forwarded-port', 'x-real-ip', 'forwarded'])
      expect(headers).not.toHaveProperty(name);
  });

  test('a hop behind an edge appends itself', async () => {
    const { headers } = await seenBy(
      'GET / HTTP/1.1\r\nHost: user:3000\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n\r\n',
      { forwarded: 'append' },
    );
    expect(headers).toMatchObject({
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop',
    });
  });

  test('more header fields than Node shows by default are still seen: framing cannot hide behind them', async () => {
    const many = 'a:\r\n'.repeat(2500);
    const { headers, body } = await seenBy(
      `POST / HTTP/1.1\r\nHost: shop\r\n${many}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    );
    expect(headers['transfer-encoding']).toBe('chunked');
    expect(headers).not.toHaveProperty('content-length');
    expect(body).toBe('3\r\nabc\r\n0\r\n\r\n');
  });
});

describe('what reaches the client', () => {
  test('the header section is the upstream’s, but for its connection’s fields', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 201 Made It\r\nContent-Length: 2\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=1\r\n' +
        'Upgrade: h2c\r\nProxy-Authenticate: Basic\r\nX-Request-Id: theirs\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nETag: "x"\r\n\r\nok',
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n',
    );
    const raw = await client.until('ok');
    const { start, headers } = parseHead(raw);
    expect(start).toBe('HTTP/1.1 201 Made It');
    expect(headers).toMatchObject({
      etag: '"x"',
      'x-request-id': 'mine',
      connection: 'keep-alive',
      'keep-alive': 'timeout=65',
    });
    for (const name of ['x-hop', 'upgrade', 'proxy-authenticate']) expect(headers).not.toHaveProperty(name);
    expect(raw).toContain('Set-Cookie: a=1\r\nset-cookie: b=2\r\n');
    expect(raw).not.toContain('theirs');
  });

  test('Connection of the upstream cannot take the length away', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: content-length\r\n\r\nok',
    );
    await using ambassador = await startAmbassador(upstream.url);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject({
      body: 'ok',
      headers: { 'content-length': '2' },
    });
  });

  test.each([
    ['204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', undefined],
    ['204 with a length', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', undefined],
    [
      '304 with the length of what it stands for',
      'GET',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n',
      '99',
    ],
    ['the response to HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n', '99'],
    [
      'the chunked answer to HEAD',
      'HEAD',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n',
      undefined,
    ],
  ])(
    '%s has no body, and the connection serves the next request',
    async (_what, method, response, length) => {
      await using upstream = await RawUpstream.answering(response);
      await using ambassador = await startAmbassador(upstream.url);
      await using client = await Wire.connect(ambassador.port);
      client.send(`${method} /1 HTTP/1.1\r\nHost: a\r\nX-Request-Id: first\r\n\r\n`);
      const first = parseHead(await client.until('first'));
      client.send(`${method} /2 HTTP/1.1\r\nHost: a\r\nX-Request-Id: second\r\n\r\n`);
      const raw = await client.until('second');
      expect(first.headers['content-length']).toBe(length);
      expect(raw.split('HTTP/1.1 ')).toHaveLength(3);
      expect(raw).not.toMatch(/\r\n\r\n(?!HTTP|$)/);
    },
  );

  test('a client of HTTP/1.0 gets no chunks, and the end of the connection ends the body', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.0\r\n\r\n');
    const { headers, body } = parseHead(await client.closed());
    expect(body).toBe('ok');
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(client.ending).toBe('ended');
  });

  test('interim responses do not pass for the final one', async () => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok}`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    expect(await sendRequest(ambassador.url, '/')).toMatchObject({ status: 200, body: 'ok' });
  });

  test('any status and method pass', async () => {
    await using upstream = await startUpstream((request, response) => {
      response.writeHead(Number(request.url?.slice(1)), { 'x-method': request.method });
      response.end();
    });
    await using ambassador = await startAmbassador(upstream.url);
    for (const [path, method] of [
      ['/418', 'PATCH'],
      ['/599', 'QUERY'],
      ['/404', 'PURGE'],
      ['/301', 'PUT'],
    ] as const) {
      const { status, headers } = await sendRequest(ambassador.url, path, { method });
      expect([`/${status}`, headers['x-method']]).toEqual([path, method]);
    }
  });
});
