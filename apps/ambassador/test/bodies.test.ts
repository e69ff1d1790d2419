import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, jest, test } from '@jest/globals';
import { lingerAfter } from '@shop/lifecycle';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const megabyte = Buffer.alloc(1_048_576, 'x');
const size = 50;

/**
 * Writes a megabyte at a time, and waits while the last one is not taken. @param written is called for each that was
 * taken.
 */
async function writeAll(
  to: ServerResponse | ClientRequest,
  written: (megabytes: number) => void,
): Promise<void> {
  for (let count = 1; count <= size; count += 1) {
    const waits = !to.write(megabyte);
    written(count);
    if (waits) await once(to, 'drain');
  }
  to.end();
}

/** A client's request. Its errors matter only where a test waits for them. */
const open = (url: string, options = {}): ClientRequest => request(url, options).on('error', () => undefined);

/** Waits until a count has stood still for a while. @returns it. */
async function standstill(count: () => number): Promise<number> {
  let before = -1;
  let same = 0;
  await eventually(
    'the writer stands still',
    () => {
      same = count() === before ? same + 1 : 0;
      before = count();
      return before > 0 && same >= 20;
    },
    { everyMs: 20 },
  );
  return before;
}

async function countBytes(from: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const part of from as AsyncIterable<Buffer>) bytes += part.length;
  return bytes;
}

describe('large bodies', () => {
  test('a client that does not read makes the upstream wait; nothing is buffered here', async () => {
    let written = 0;
    await using upstream = await startUpstream((_request, response) => {
      writeAll(response, (megabytes) => (written = megabytes)).catch(() => undefined);
    });
    await using ambassador = await startAmbassador(upstream.url);
    const outgoing = open(ambassador.url).end();
    const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(await standstill(() => written)).toBeLessThan(size / 2);
    expect(await countBytes(message)).toBe(size * megabyte.length);
  }, 30_000);

  test('an upstream that does not read makes the client wait', async () => {
    const reading = Promise.withResolvers<void>();
    await using upstream = await startUpstream((incoming, response) => {
      reading.promise
        .then(async () => response.end(String(await countBytes(incoming))))
        .catch(() => undefined);
    });
    await using ambassador = await startAmbassador(upstream.url);
    const headers = { 'content-length': size * megabyte.length };
    const outgoing = open(ambassador.url, { method: 'POST', headers });
    let written = 0;
    const done = writeAll(outgoing, (megabytes) => (written = megabytes));
    done.catch(() => undefined);
    expect(await standstill(() => written)).toBeLessThan(size / 2);
    reading.resolve();
    const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
    await done;
    expect((await message.toArray()).join('')).toBe(String(size * megabyte.length));
  }, 30_000);
});

describe('slow bodies', () => {
  test('each piece of a response is passed on as it comes, the header section before the first', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const wire = await upstream.wire();
    await wire.until('\r\n\r\n');
    wire.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n');
    expect(parseHead(await client.until('\r\n\r\n')).body).toBe('');
    wire.send('one');
    expect(parseHead(await client.until('one')).body).toBe('one');
    wire.send('two');
    expect(parseHead(await client.until('two')).body).toBe('onetwo');
  });

  test('each piece of a request is passed on as it comes', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\none',
    );
    const wire = await upstream.wire();
    expect(parseHead(await wire.until('one')).body).toBe('one');
    client.send('two');
    expect(parseHead(await wire.until('two')).body).toBe('onetwo');
    wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('trailer fields', () => {
  test('of a request reach the upstream, but for those that must not come so late', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.on(
        'data',
        () => wire.received.includes('X-Sum: 1') && wire.send('HTTP/1.1 204 No Content\r\n\r\n'),
      );
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'PUT / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n' +
        '0\r\nHost: bank\r\nX-Sum: 1\r\nAuthorization: Basic eDp5\r\n\r\n',
    );
    await client.until('HTTP/1.1 204');
    const { headers, body } = parseHead((await upstream.wire()).received);
    expect(headers['trailer']).toBe('X-Sum');
    expect(body).toBe('2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n');
  });

  const head = 'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n';
  const tail = '1\r\nk\r\n0\r\nX-Sum: 1\r\nHost: bank\r\n\r\n';

  test('of a response that comes at once reach the client', async () => {
    await using upstream = await RawUpstream.answering(`${head}1\r\no\r\n${tail}`);
    await using ambassador = await startAmbassador(upstream.url);
    const { body, headers, trailers } = await sendRequest(ambassador.url, '/');
    expect([body, headers['trailer'], { ...trailers }]).toEqual(['ok', 'X-Sum', { 'x-sum': '1' }]);
  });

  test('of a response that comes in pieces reach the client', async () => {
    await using upstream = await RawUpstream.answering(`${head}1\r\no\r\n`);
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('o\r\n');
    (await upstream.wire()).send(tail);
    expect(parseHead(await client.until('0\r\nX-Sum: 1\r\n\r\n')).body).toBe(
      '1\r\no\r\n1\r\nk\r\n0\r\nX-Sum: 1\r\n\r\n',
    );
  });
});

describe('a response before the end of its request', () => {
  test('an early 413 reaches the client while it still sends, and the connection stays usable', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () =>
        wire.send('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig'),
      );
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nthe',
    );
    expect(await client.until('big')).toMatch(/^HTTP\/1.1 413 /);
    client.send(' rest.');
    client.send('GET /nothing\\ HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.until('backslash')).toMatch(/HTTP\/1.1 413 [\s\S]*HTTP\/1.1 400 /);
  });

  test('an upstream that closes after its early answer takes nothing from it', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => {
        wire.send('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig');
        wire.socket.end(() => wire.socket.destroy());
      });
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${megabyte.length}\r\n\r\n${'x'.repeat(100_000)}`,
    );
    expect(await client.until('big')).toMatch(/^HTTP\/1.1 413 /);
    client.send('x'.repeat(megabyte.length - 100_000));
    client.send('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('HTTP/1.1 204');
  });

  test('a refusal of the ambassador itself leaves the connection usable too', async () => {
    await using ambassador = await startAmbassador([]);
    await using client = await Wire.connect(
      ambassador.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nthe',
    );
    expect(await client.until('not-found')).toMatch(/^HTTP\/1.1 404 /);
    client.send(' rest.OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('HTTP/1.1 204');
  });

  test('but not for a client that never ends its body', async () => {
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'performance', 'Date'],
    });
    try {
      await using ambassador = await startAmbassador([]);
      const first = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nthe';
      await using client = await Wire.connect(ambassador.port, first);
      await client.until('not-found');
      await eventually('the ambassador waits for the rest', () => jest.getTimerCount() > 0, { everyMs: 5 });
      jest.advanceTimersByTime(5000);
      expect(await client.closed()).toMatch(/^HTTP\/1.1 404 /);
    } finally {
      jest.useRealTimers();
    }
  });

  test('a client that never ends its body is not listened to for ever', async () => {
    await using server = await startUpstream((request, response) => {
      lingerAfter(request, response, { idleMs: 30 });
      response.end('no');
    });
    await using client = await Wire.connect(
      server.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n',
    );
    expect(parseHead(await client.closed()).body).toBe('no');
  });
});
