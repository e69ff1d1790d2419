import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

describe('requests that cannot be read', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['NUL in a field', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a later version', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'],
  ])('%s is a problem, and the connection ends', async (_what, bytes) => {
    await using ambassador = await startAmbassador([]);
    await using client = await Wire.connect(ambassador.port, bytes);
    const { start, headers, body } = parseHead(await client.closed());
    expect(start).toBe('HTTP/1.1 400 Bad Request');
    expect(headers).toMatchObject({ connection: 'close', 'content-type': 'application/problem+json' });
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:shop:problem:malformed-request', status: 400 });
  });

  test('too large a header section is 431', async () => {
    await using ambassador = await startAmbassador([], { maxHeaderBytes: 2000 });
    await using client = await Wire.connect(
      ambassador.port,
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2000)}\r\n\r\n`,
    );
    expect(await client.closed()).toMatch(/^HTTP\/1.1 431 [\s\S]*headers-too-large/);
    expect((await sendRequest(ambassador.url, '/', { headers: { x: 'x'.repeat(1500) } })).status).toBe(404);
  });

  test('a header section that does not come to its end is 408', async () => {
    await using ambassador = await startAmbassador([], { headersTimeoutMs: 50 });
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n');
    await using silent = await Wire.connect(ambassador.port);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 408 [\s\S]*request-timeout/);
    await silent.closed();
  });

  test('too large a response header section is a broken answer', async () => {
    await using upstream = await RawUpstream.answering(
      `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
    );
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(502);
  });

  test.each([
    ['a status that is none', 'HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n'],
    ['a control character in the reason', 'HTTP/1.1 200 \x01\r\nContent-Length: 0\r\n\r\n'],
    ['a control character in a field', 'HTTP/1.1 200 OK\r\nX: \x01\r\nContent-Length: 0\r\n\r\n'],
  ])('%s is a broken answer', async (_what, response) => {
    await using upstream = await RawUpstream.answering(response);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/')).status).toBe(502);
    expect((await sendRequest(ambassador.url, '/', { method: 'POST' })).status).toBe(502);
  });
});

describe('many at once', () => {
  test('pipelined requests get their responses in order, independently of the order of the upstream', async () => {
    const waiting = new Map<string, () => void>();
    await using upstream = await startUpstream((request, response) => {
      waiting.set(request.url as string, () => response.end(`<${request.url}>`));
      if (waiting.size === 3) for (const path of ['/3', '/2', '/1']) waiting.get(path)?.();
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, get('/1') + get('/2') + get('/3'));
    const raw = await client.until('</3>');
    expect(raw.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
  });

  test('a thousand idle connections leave the others their service', async () => {
    await using upstream = await startUpstream((_request, response) => response.end('ok'));
    await using ambassador = await startAmbassador(upstream.url);
    const idle: Wire[] = [];
    for (let batch = 0; batch < 10; batch += 1)
      idle.push(...(await Promise.all(Array.from({ length: 100 }, () => Wire.connect(ambassador.port)))));
    for (let call = 0; call < 20; call += 1) expect((await sendRequest(ambassador.url, '/')).body).toBe('ok');
    expect(idle.filter(({ ending }) => ending === 'open')).toHaveLength(1000);
    const used = idle[999] as Wire;
    used.send(get('/'));
    expect(await used.until('ok')).toMatch(/^HTTP\/1.1 200 /);
    await Promise.all(idle.map((wire) => wire[Symbol.asyncDispose]()));
  }, 20_000);

  test('connections to the upstream are reused', async () => {
    await using upstream = await RawUpstream.answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    await using ambassador = await startAmbassador(upstream.url);
    for (let call = 0; call < 10; call += 1) expect((await sendRequest(ambassador.url, '/')).body).toBe('ok');
    expect((await sendRequest(ambassador.url, '/', { method: 'POST', body: '' })).body).toBe('ok');
    expect(upstream.wires).toHaveLength(1);
  });
});

describe('draining', () => {
  test('responses say that the connection ends; without it they do not', async () => {
    await using upstream = await startUpstream((_request, response) => response.end('ok'));
    await using ambassador = await startAmbassador([{ prefix: '/user', upstream: upstream.url }]);
    await using early = await Wire.connect(ambassador.port, get('/user'));
    expect(parseHead(await early.until('ok')).headers['connection']).toBe('keep-alive');
    ambassador.lifecycle.drain();
    for (const path of ['/user', '/nothing']) {
      await using client = await Wire.connect(ambassador.port, get(path));
      expect(parseHead(await client.closed()).headers['connection']).toBe('close');
    }
    early.send(get('/user'));
    expect((await early.closed()).match(/connection: close/gi)).toHaveLength(1);
  });

  test('close() lets exchanges in progress end, and waits neither for idle nor for unused nor for upgraded connections', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => {
        if (!wire.received.includes('/chat')) return;
        wire.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n');
        wire.socket.once('end', () => wire.socket.end());
      });
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using slow = await Wire.connect(ambassador.port, get('/slow'));
    const wire = await upstream.wire();
    await wire.until('/slow');
    await using unused = await Wire.connect(ambassador.port);
    await using idle = await Wire.connect(ambassador.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    await idle.until('204');
    await using chat = await Wire.connect(
      ambassador.port,
      'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n',
    );
    await chat.until('101');
    let done = false;
    const closing = ambassador.close().then(() => (done = true));
    await Promise.all([idle.closed(), chat.closed()]);
    chat.socket.end();
    expect(done).toBe(false);
    wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(await slow.closed()).toMatch(/ok$/);
    await closing;
    await unused.closed();
    await eventually('the pool is closed', () => wire.ending !== 'open', { everyMs: 5 });
  });
});
