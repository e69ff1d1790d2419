import { describe, expect, test } from '@jest/globals';
import { sendOne } from '../src/request/one-request.ts';
import { spansOf, type LogLine } from '../src/request/waterfall.ts';
import { ShopClient } from '../src/traffic/shop-client.ts';
import { startFakeShop } from './support/fake-shop.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const sentAt = Date.parse('2026-01-01T00:00:00.000Z');
const line = (program: string, fields: object): LogLine => ({
  program,
  text: JSON.stringify({ traceId, ...fields }),
});

describe('a waterfall', () => {
  test('agrees with the times of the lines: a line is written at the end', () => {
    const spans = spansOf(
      [
        line('user', {
          time: '2026-01-01T00:00:00.020Z',
          durationMs: 4,
          status: 200,
          path: '/user/1',
          msg: 'request',
        }),
        line('product', { time: '2026-01-01T00:00:00.030Z', durationMs: 25.5, status: 200, msg: 'request' }),
      ],
      traceId,
      sentAt,
    );
    expect(spans.map(({ program, fromMs, toMs }) => [program, fromMs, toMs])).toEqual([
      ['product', 4.5, 30],
      ['user', 16, 20],
    ]);
  });

  test('a line without a duration is a moment, with its reason', () => {
    const fields = {
      time: '2026-01-01T00:00:00.012Z',
      reason: 'circuit-open',
      msg: 'the neighbour did not answer',
    };
    expect(spansOf([line('product', fields)], traceId, sentAt)).toMatchObject([
      { fromMs: 12, toMs: 12, reason: 'circuit-open' },
    ]);
  });

  test('shows an ambassador’s attempts at their times, its breaker and its fallback', () => {
    const time = '2026-01-01T00:00:00.050Z';
    const done = {
      time,
      durationMs: 10.5,
      status: 200,
      path: '/user/1',
      outcome: 'fallback',
      reason: 'unreachable',
      breaker: 'closed',
      attempts: [
        { fromMs: 0.5, toMs: 2, reason: 'unreachable', cause: 'ECONNREFUSED' },
        { fromMs: 2.1, toMs: 9, reason: 'unreachable', cause: 'ECONNREFUSED' },
        { fromMs: 'x' },
        null,
      ],
      msg: 'done',
    };
    const warning = { time, reason: 'unreachable', path: '/user/1', msg: 'No connection to the upstream.' };
    const lines = [line('product-ambassador', warning), line('product-ambassador', done)];
    expect(spansOf(lines, traceId, sentAt)).toEqual([
      expect.objectContaining({
        program: 'product-ambassador',
        fromMs: 39.5,
        toMs: 50,
        breaker: 'closed',
        outcome: 'fallback',
        reason: 'unreachable',
        attempts: [
          { fromMs: 40, toMs: 41.5, reason: 'unreachable', cause: 'ECONNREFUSED' },
          { fromMs: 41.6, toMs: 48.5, reason: 'unreachable', cause: 'ECONNREFUSED' },
        ],
      }),
    ]);
    // Without the ambassador's record of the exchange, only its warning is known.
    expect(spansOf(lines.slice(0, 1), traceId, sentAt)).toMatchObject([{ reason: 'unreachable' }]);
  });

  test.each(['', 'no JSON', 'null', '[]', '{}', '{"traceId":"another","time":"2026-01-01T00:00:00Z"}'])(
    '%j is not a line of it',
    (text) => {
      expect(spansOf([{ program: 'x', text }], traceId, sentAt)).toEqual([]);
    },
  );

  test.each(['yesterday', 5, null, undefined])('a line with the time %j is left out', (time) => {
    expect(spansOf([line('x', { time })], traceId, sentAt)).toEqual([]);
  });
});

test('one request carries a trace id, and is followed by it', async () => {
  await using shop = await startFakeShop();
  shop.answer = 'fallback';
  const client = new ShopClient({ url: shop.url });
  let followed = '';
  let ended = false;
  const waterfall = await sendOne(client, '/product/1', {
    follow(id) {
      followed = id;
      const text = JSON.stringify({
        traceId: id,
        time: new Date().toISOString(),
        durationMs: 1,
        status: 200,
      });
      return { lines: async () => [{ program: 'product', text }], end: () => (ended = true) };
    },
  });
  client.close();
  expect(shop.requests[0]?.headers['traceparent']).toMatch(new RegExp(`^00-${followed}-[0-9a-f]{16}-01$`));
  expect(shop.requests[0]?.headers['tracestate']).toBe('shop=follow');
  expect(waterfall).toMatchObject({
    traceId: followed,
    status: 200,
    outcome: 'fallback',
    fallbackReason: 'unreachable',
  });
  expect(waterfall.spans).toHaveLength(1);
  expect(ended).toBe(true);
});
