import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { eventually } from '@shop/testing/eventually';
import { startAmbassador, startUpstream, type RunningAmbassador } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { RawUpstream, Wire } from './support/wire.ts';

const runs = { seed: 20_261_124, numRuns: 150 };

/** Pieces of HTTP/1.1 in any order, some of them spoilt. */
const pieces = (starts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...starts),
        fc.constantFrom(
          'Host: a\r\n',
          'Content-Length: 5\r\n',
          'Content-Length: 0\r\n',
          'Transfer-Encoding: chunked\r\n',
          'Connection: close\r\n',
          'Connection: Upgrade, x\r\nUpgrade: y\r\n',
          'Expect: 100-continue\r\n',
          'Trailer: a\r\n',
          'TE: trailers\r\n',
          'Keep-Alive: timeout=0\r\n',
          '\r\n',
          '\r\n\r\n',
          '5\r\nhello\r\n',
          '0\r\n\r\n',
          'ffffffffffffffff\r\n',
          'hello',
          '\0',
          '\n',
        ),
        fc.string({ maxLength: 20, unit: 'binary-ascii' }),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
      { maxLength: 14 },
    )
    .map((parts) => parts.join(''));

const requests = pieces([
  'GET / HTTP/1.1\r\n',
  'POST /a HTTP/1.1\r\n',
  'DELETE / HTTP/1.1\r\n',
  'HEAD / HTTP/1.0\r\n',
  'OPTIONS * HTTP/1.1\r\n',
  'CONNECT a:1 HTTP/1.1\r\n',
  'GET http://a/ HTTP/1.1\r\n',
  'GET /%2e%2e HTTP/1.1\r\n',
]);
const responses = pieces([
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
  'HTTP/1.0 200 OK\r\n',
  'HTTP/1.1 204 No Content\r\n',
  'HTTP/1.1 304 Not Modified\r\n',
  'HTTP/1.1 503 No\r\n',
  'HTTP/1.1 999 ?\r\n',
]);
const endings = fc.constantFrom('end', 'destroy', 'resetAndDestroy', 'nothing');

async function settled(ambassador: RunningAmbassador): Promise<void> {
  await eventually('nothing is in progress', () => ambassador.breaker().inFlight === 0, { everyMs: 2 });
}

describe('after any input, the next request is served', () => {
  const breaker = { volumeThreshold: 1_000_000 };
  /** Short, because garbage often leaves the other side waiting. */
  const timeouts = { timeToFirstByteMs: 30, idleMs: 30 };

  test('from a client', async () => {
    await using upstream = await startUpstream((request, response) => request.pipe(response));
    await using next = await startUpstream((request, response) => request.pipe(response));
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, breaker, timeouts },
      // With time enough for a busy machine.
      { prefix: '/next', upstream: next.url },
    ]);
    await fc.assert(
      fc.asyncProperty(requests, endings, async (bytes, ending) => {
        const client = await Wire.connect(ambassador.port, bytes);
        if (ending === 'nothing') client.send('\r\n\r\n');
        else client.socket[ending]();
        expect(await sendRequest(ambassador.url, '/next', { method: 'POST', body: 'echo' })).toMatchObject({
          status: 200,
          body: 'echo',
        });
        await client[Symbol.asyncDispose]();
      }),
      runs,
    );
    await settled(ambassador);
    expect(ambassador.lines.filter(({ level }) => level === 'error')).toEqual([]);
  }, 60_000);

  test('from an upstream', async () => {
    const script = { bytes: '', ending: 'end' };
    await using bad = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => {
        wire.send(script.bytes);
        const { ending } = script;
        if (ending === 'end' || ending === 'destroy' || ending === 'resetAndDestroy') wire.socket[ending]();
      });
    });
    await using good = await startUpstream((_request, response) => response.end('ok'));
    await using ambassador = await startAmbassador([
      { prefix: '/bad', upstream: bad.url, breaker, timeouts },
      { prefix: '/good', upstream: good.url },
    ]);
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE');
    await fc.assert(
      fc.asyncProperty(responses, endings, method, async (bytes, ending, method) => {
        Object.assign(script, { bytes, ending });
        const headers = method === 'POST' ? { expect: '100-continue', 'content-length': 2 } : {};
        const body = method === 'POST' ? { body: 'hi' } : {};
        // The client gets a response or a cut connection. It never waits without either.
        const end = await sendRequest(ambassador.url, '/bad', { method, headers, ...body }).then(
          ({ status }) => String(status),
          ({ code }: NodeJS.ErrnoException) => code,
        );
        expect(end).toMatch(/^(\d{3}|ECONNRESET|HPE_.*)$/);
        expect((await sendRequest(ambassador.url, '/good')).body).toBe('ok');
      }),
      runs,
    );
    await settled(ambassador);
    expect(ambassador.lines.filter(({ level }) => level === 'error')).toEqual([]);
  }, 60_000);

  test('on an upgraded connection', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.once('data', () => {
        wire.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
        wire.socket.once('data', () => wire.socket.resetAndDestroy());
      });
    });
    await using ambassador = await startAmbassador(upstream.url);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 99 }), endings, async (bytes, ending) => {
        const client = await Wire.connect(
          ambassador.port,
          'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
        );
        await client.until('\r\n\r\n');
        client.send(Buffer.from(bytes).toString('latin1'));
        if (ending !== 'nothing') client.socket[ending as 'end']();
        await client[Symbol.asyncDispose]();
      }),
      { ...runs, numRuns: 40 },
    );
    await settled(ambassador);
    expect(ambassador.lines.filter(({ level }) => level === 'error')).toEqual([]);
  }, 60_000);
});
