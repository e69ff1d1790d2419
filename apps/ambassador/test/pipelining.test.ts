import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { Wire } from './support/wire.ts';

const request = (method: string, path: string, body = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\n${body && `Content-Length: ${body.length}\r\n`}\r\n${body}`;

/** An upstream that responds when the test lets it; to `/other` at once. */
async function startHeld() {
  const targets: string[] = [];
  const held = new Map<string, () => void>();
  const upstream = await startUpstream((incoming, response) => {
    const target = incoming.url as string;
    targets.push(target);
    incoming.resume();
    if (target === '/other') response.end('other');
    else held.set(target, () => response.end(`<${target}>`));
  });
  return {
    ...upstream,
    targets,
    answer: async (target: string) =>
      (await eventually(`the upstream has the request for ${target}`, () => held.get(target)))(),
  };
}

describe('RFC 9112, section 9.3.2: only safe methods are passed on in parallel', () => {
  test.each([
    ['PUT', 'POST'],
    ['GET', 'DELETE'],
    ['PATCH', 'GET'],
  ])('a %s behind a %s waits for its response', async (second, first) => {
    await using upstream = await startHeld();
    await using ambassador = await startAmbassador(upstream.url);
    const [one, two] = [first, second].map((method) => (method === 'GET' ? '' : 'body'));
    await using client = await Wire.connect(
      ambassador.port,
      request(first, '/1', one) + request(second, '/2', two) + request('GET', '/3'),
    );
    await eventually('the first has arrived', () => upstream.targets.includes('/1'));
    // What had not waited would be there before this, which was sent later.
    await sendRequest(ambassador.url, '/other');
    expect(upstream.targets).toEqual(['/1', '/other']);
    for (const target of ['/1', '/2', '/3']) {
      await upstream.answer(target);
      await client.until(`<${target}>`);
    }
    expect(upstream.targets).toEqual(['/1', '/other', '/2', '/3']);
  });

  test('one that waits is given up with its client', async () => {
    await using upstream = await startHeld();
    await using ambassador = await startAmbassador(upstream.url);
    const client = await Wire.connect(
      ambassador.port,
      request('POST', '/1', 'body') + request('POST', '/2', 'body'),
    );
    await eventually('the first has arrived', () => upstream.targets.includes('/1'));
    await client[Symbol.asyncDispose]();
    await eventually('nothing is in progress', () => ambassador.breaker().inFlight === 0);
    await sendRequest(ambassador.url, '/other');
    expect(upstream.targets).toEqual(['/1', '/other']);
  });
});

const upgrade = 'GET /2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
describe('leaving HTTP behind a request in progress', () => {
  test('an upgrade is declined: the request is served as any other', async () => {
    await using upstream = await startHeld();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, request('GET', '/1') + upgrade);
    for (const target of ['/1', '/2']) {
      await upstream.answer(target);
      await client.until(`<${target}>`);
    }
    expect(client.received.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  test('CONNECT is refused when it is its turn', async () => {
    await using upstream = await startHeld();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(
      ambassador.port,
      `${request('GET', '/1')}${request('GET', '/2')}CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n`,
    );
    for (const target of ['/2', '/1']) await upstream.answer(target);
    const statuses = [...(await client.closed()).matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '200', '405']);
  });

  test('a client that leaves meanwhile does no harm', async () => {
    await using upstream = await startHeld();
    await using ambassador = await startAmbassador(upstream.url);
    for (const last of [upgrade, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n']) {
      const client = await Wire.connect(ambassador.port, request('GET', '/1') + last);
      await eventually('the first has arrived', () => upstream.targets.includes('/1'));
      await client[Symbol.asyncDispose]();
    }
    await eventually('nothing is in progress', () => ambassador.breaker().inFlight === 0);
    expect((await sendRequest(ambassador.url, '/other')).body).toBe('other');
  });
});

test.each(['GET / HTTP/2.0\r\n\r\n', 'GET /\r\n\r\n', 'GET /`HTTP/1.1\r\nHost: a\r\n\r\n'])(
  'another version of HTTP is refused: %j',
  async (text) => {
    await using upstream = await startUpstream((_request, response) => response.end('ok'));
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, text);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 400 /);
  },
);
