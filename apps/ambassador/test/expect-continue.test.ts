import { describe, expect, test } from '@jest/globals';
import { closedPort, startAmbassador } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';
import { parseHead, RawUpstream, Wire } from './support/wire.ts';

const put = 'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('Expect: 100-continue', () => {
  test('is the upstream’s to decide: its 100 is passed on, then the body', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, put);
    const wire = await upstream.wire();
    expect(parseHead(await wire.until('\r\n\r\n')).headers).toMatchObject({
      expect: '100-continue',
      'content-length': '4',
    });
    expect(client.received).toBe('');
    wire.send('HTTP/1.1 100 Continue\r\n\r\n');
    await client.until('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('body');
    expect(parseHead(await wire.until('body')).body).toBe('body');
    wire.send(ok);
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/);
  });

  test('a refusal of the upstream arrives without the body having been sent', async () => {
    await using upstream = await RawUpstream.answering(
      'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n',
    );
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, put);
    const raw = await client.closed();
    expect(raw).toMatch(/^HTTP\/1.1 413 /);
    expect(parseHead(raw).headers['connection']).toBe('close');
  });

  test('a client that does not wait for it is served', async () => {
    await using upstream = await RawUpstream.start((wire) => {
      wire.socket.on('data', () => wire.received.endsWith('body') && wire.send(ok));
    });
    await using ambassador = await startAmbassador(upstream.url);
    await using client = await Wire.connect(ambassador.port, `${put}body`);
    expect(await client.until('ok')).toMatch(/^HTTP\/1.1 200 /);
  });

  test('an open circuit, or an upstream that is not there, gets a response without the body being sent', async () => {
    const breaker = { volumeThreshold: 1, resetTimeoutMs: 60_000 };
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: `http://127.0.0.1:${await closedPort()}`, breaker },
    ]);
    for (const state of ['closed', 'open']) {
      expect(ambassador.breaker().state).toBe(state);
      await using client = await Wire.connect(ambassador.port, put);
      const raw = await client.closed();
      expect(raw).toMatch(/^HTTP\/1.1 503 /);
      expect(raw).not.toContain('100 Continue');
    }
  });

  test('an upstream that neither wants nor refuses the body is at fault', async () => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, timeouts: { idleMs: 30 } },
    ]);
    await using client = await Wire.connect(ambassador.port, put);
    expect(await client.closed()).toMatch(/^HTTP\/1.1 504 /);
    expect(ambassador.breaker().counts).toMatchObject({ timeouts: 1 });
  });

  test('without a body to come it means nothing', async () => {
    await using upstream = await RawUpstream.answering(ok);
    await using ambassador = await startAmbassador(upstream.url);
    expect((await sendRequest(ambassador.url, '/', { headers: { expect: '100-continue' } })).body).toBe('ok');
    expect((await upstream.wire()).received).not.toMatch(/expect/i);
  });

  test.each([
    'miracles',
    '100-continue, miracles',
    'miracles, 100-continue',
    '100-continue;q=1',
    'x="100-continue"',
    '100-continue-2',
  ])('another expectation is refused with 417: %s', async (expectation) => {
    await using upstream = await RawUpstream.start();
    await using ambassador = await startAmbassador(upstream.url);
    const { status, headers } = await sendRequest(ambassador.url, '/', { headers: { expect: expectation } });
    expect([status, headers['content-type'], upstream.wires.length]).toEqual([
      417,
      'application/problem+json',
      0,
    ]);
  });
});
