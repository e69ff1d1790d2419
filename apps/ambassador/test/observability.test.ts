import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { closedPort, startAmbassador, startUpstream } from './support/ambassador.ts';
import { sendRequest } from './support/send-request.ts';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the trace', () => {
  test('is continued: the same trace and request id, this hop’s own span', async () => {
    await using upstream = await startUpstream((request, response) =>
      response.end(JSON.stringify(request.headers)),
    );
    await using ambassador = await startAmbassador(upstream.url);
    const { headers, body } = await sendRequest(ambassador.url, '/', {
      headers: { traceparent: parent, tracestate: 'a=1', 'x-request-id': 'order-7' },
    });
    expect(headers['x-request-id']).toBe('order-7');
    const seen = JSON.parse(body) as Record<string, string>;
    expect(seen).toMatchObject({ 'x-request-id': 'order-7', tracestate: 'a=1' });
    expect(seen['traceparent']).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-01$/);
    expect(seen['traceparent']).not.toBe(parent);
  });

  test('is started where there is none, or none that is valid', async () => {
    await using upstream = await startUpstream((request, response) =>
      response.end(JSON.stringify(request.headers)),
    );
    await using ambassador = await startAmbassador(upstream.url);
    for (const headers of [{}, { traceparent: '00-0-0-0', tracestate: 'a=1', 'x-request-id': 'a b' }]) {
      const answer = await sendRequest(ambassador.url, '/', { headers });
      const seen = JSON.parse(answer.body) as Record<string, string>;
      expect(seen['traceparent']).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
      expect(seen['x-request-id']).toMatch(/^[\da-f-]{36}$/);
      expect(seen).not.toHaveProperty('tracestate');
      expect(answer.headers['x-request-id']).toBe(seen['x-request-id']);
    }
  });
});

describe('the log', () => {
  test('has a failed exchange at warn, with the ids to find it by, and no secrets of the request', async () => {
    await using ambassador = await startAmbassador(`http://127.0.0.1:${await closedPort()}`);
    await sendRequest(ambassador.url, '/user/1?token=secret', {
      method: 'POST',
      body: 'secret',
      headers: { traceparent: parent, 'x-request-id': 'order-7', authorization: 'secret', cookie: 'secret' },
    });
    const warnings = ambassador.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toEqual([
      expect.objectContaining({
        requestId: 'order-7',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        method: 'POST',
        path: '/user/1',
        route: '/',
        reason: 'unreachable',
        cause: 'ECONNREFUSED',
      }),
    ]);
    expect(JSON.stringify(ambassador.lines)).not.toContain('secret');
  });

  test('has nothing above debug of what went well, nor of requests that an open circuit refused', async () => {
    let status = 200;
    await using upstream = await startUpstream((_request, response) => response.writeHead(status).end());
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: upstream.url, breaker: { volumeThreshold: 2, resetTimeoutMs: 60_000 } },
    ]);
    const loud = () => ambassador.lines.filter(({ level }) => level !== 'debug').map(({ msg }) => msg);
    await sendRequest(ambassador.url, '/');
    expect(loud()).toEqual([]);
    status = 500;
    for (let call = 1; call <= 5; call += 1) await sendRequest(ambassador.url, '/');
    expect(loud()).toEqual(['The upstream answered 500.', 'circuit open', 'The upstream answered 500.']);
  });
});

const done = ({ lines }: { readonly lines: readonly { readonly level: string; readonly msg: string }[] }) =>
  lines.filter(({ level, msg }) => level === 'info' && msg === 'done');

describe('an exchange that its client follows', () => {
  const follow = { traceparent: parent, tracestate: 'a=1, shop=follow' };

  test('is logged with its attempt', async () => {
    await using upstream = await startUpstream((_request, response) => response.end('{}'));
    await using ambassador = await startAmbassador(upstream.url);
    await sendRequest(ambassador.url, '/user/1', { headers: follow });
    await ambassador.ended('answered');
    expect(done(ambassador)).toEqual([
      expect.objectContaining({
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        outcome: 'answered',
        status: 200,
        breaker: 'closed',
        attempts: [{ fromMs: expect.any(Number), toMs: expect.any(Number), status: 200 }],
      }),
    ]);
    const [{ durationMs, attempts }] = done(ambassador) as unknown as [
      { durationMs: number; attempts: [{ fromMs: number; toMs: number }] },
    ];
    const [{ fromMs, toMs }] = attempts;
    expect(0 <= fromMs && fromMs <= toMs && toMs <= durationMs).toBe(true);
  });

  test('shows the second attempt, the open circuit and the fallback', async () => {
    await using ambassador = await startAmbassador([
      {
        prefix: '/',
        upstream: `http://127.0.0.1:${await closedPort()}`,
        fallback: Buffer.from('{}'),
        breaker: { volumeThreshold: 1, resetTimeoutMs: 60_000 },
      },
    ]);
    for (const path of ['/user/1', '/user/2'])
      expect((await sendRequest(ambassador.url, path, { headers: follow })).status).toBe(200);
    await eventually('both are logged', () => done(ambassador).length === 2);
    const refused = { reason: 'unreachable', cause: 'ECONNREFUSED' };
    expect(done(ambassador)).toEqual([
      expect.objectContaining({
        path: '/user/1',
        outcome: 'fallback',
        reason: 'unreachable',
        breaker: 'closed',
        attempts: [expect.objectContaining(refused), expect.objectContaining(refused)],
      }),
      expect.objectContaining({
        path: '/user/2',
        outcome: 'fallback',
        reason: 'circuit-open',
        breaker: 'open',
        attempts: [],
      }),
    ]);
  });

  test.each([undefined, 'a=1', 'shop=followed', 'xshop=follow', 'shop=follow;x'])(
    'is none with the tracestate %s',
    async (tracestate) => {
      await using upstream = await startUpstream((_request, response) => response.end());
      await using ambassador = await startAmbassador(upstream.url);
      const headers = { traceparent: parent, ...(tracestate === undefined ? {} : { tracestate }) };
      await sendRequest(ambassador.url, '/', { headers });
      await ambassador.ended('answered');
      expect(done(ambassador)).toEqual([]);
    },
  );
});

describe('metrics', () => {
  test('count exchanges by route, method, status and outcome, and nothing that clients can make up', async () => {
    await using upstream = await startUpstream((request, response) =>
      response.writeHead(request.url?.startsWith('/user/bad') ? 503 : 200).end(),
    );
    const user = { prefix: '/user', upstream: upstream.url };
    const fallback = Buffer.from('{}');
    await using ambassador = await startAmbassador([
      user,
      { prefix: '/product', upstream: `http://127.0.0.1:${await closedPort()}`, fallback },
    ]);
    for (const [method, path] of [
      ['GET', '/user/1?a'],
      ['GET', '/user/2?b'],
      ['PROPFIND', '/user/3'],
      ['GET', '/user/bad'],
      ['GET', '/product'],
      ['POST', '/product'],
      ['GET', '/made-up'],
    ] as const)
      await sendRequest(ambassador.url, path, { method });
    const text = await ambassador.metrics();
    const lines = text.split('\n');
    const series = (name: string) => lines.filter((line) => line.startsWith(`${name}{`)).toSorted();
    expect(series('ambassador_requests_total')).toEqual([
      'ambassador_requests_total{route="/product",method="GET",status="200",outcome="fallback"} 1',
      'ambassador_requests_total{route="/product",method="POST",status="503",outcome="unreachable"} 1',
      'ambassador_requests_total{route="/user",method="GET",status="200",outcome="answered"} 2',
      'ambassador_requests_total{route="/user",method="GET",status="503",outcome="upstream-error"} 1',
      'ambassador_requests_total{route="/user",method="other",status="200",outcome="answered"} 1',
      'ambassador_requests_total{route="none",method="GET",status="404",outcome="refused"} 1',
    ]);
    expect(text).toContain('ambassador_request_duration_seconds_count{route="/user",outcome="answered"} 3');
    expect(text).toContain('ambassador_fallbacks_total{route="/product",reason="unreachable"} 1');
    expect(text).toContain(`ambassador_in_flight{upstream="${upstream.url}"} 0`);
    expect(text).toContain(`ambassador_breaker_state{upstream="${upstream.url}",state="closed"} 1`);
  });

  test('show the breaker’s state and its changes', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    await using ambassador = await startAmbassador([
      { prefix: '/', upstream: url, breaker: { volumeThreshold: 1, resetTimeoutMs: 60_000 } },
    ]);
    await sendRequest(ambassador.url, '/');
    const text = await ambassador.metrics();
    expect(text).toContain(`ambassador_breaker_state{upstream="${url}",state="closed"} 0`);
    expect(text).toContain(`ambassador_breaker_state{upstream="${url}",state="open"} 1`);
    expect(text).toContain(`ambassador_breaker_transitions_total{upstream="${url}",to="open"} 1`);
  });
});
