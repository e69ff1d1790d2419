import { describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { Scene } from '../src/scene/scene.ts';
import { openLoop } from '../src/traffic/open-loop.ts';
import { outcomeOf, percentile, Tally } from '../src/traffic/tally.ts';
import { Traffic } from '../src/traffic/traffic.ts';
import { startFakeShop } from './support/fake-shop.ts';

describe('what came of a request', () => {
  test.each([
    [200, '{"seller":{"source":"live"}}', 'live'],
    [200, '{"seller":{"source":"fallback"}}', 'fallback'],
    [200, '{"seller":{}}', 'failed'],
    [200, '{}', 'failed'],
    [200, 'no JSON', 'failed'],
    [503, '{"seller":{"source":"live"}}', 'failed'],
    [429, '', 'failed'],
  ] as const)('%i %s: %s', (status, body, outcome) => {
    expect(outcomeOf(status, body)).toBe(outcome);
  });

  test('percentiles are those of the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeUndefined();
  });

  test('a second without a request has no latency', () => {
    const tally = new Tally();
    tally.add('live', 12.34);
    tally.add('failed', 2);
    expect(tally.take(5)).toEqual({ at: 5, live: 1, fallback: 0, failed: 1, p50: 2, p99: 12.3 });
    expect(tally.take(6)).toEqual({ at: 6, live: 0, fallback: 0, failed: 0 });
  });
});

describe('traffic', () => {
  test('is sent only while a page is open, and stops with the last one', async () => {
    await using shop = await startFakeShop();
    const traffic = new Traffic(new Scene(), { url: shop.url }, '1');
    expect(shop.requests).toHaveLength(0);
    traffic.watch(true);
    await eventually('requests come', () => shop.requests.length > 3);
    traffic.watch(false);
    // At 10 a second, some would come between two looks.
    let seen = -1;
    const hasEnded = () => seen === (seen = shop.requests.length);
    await eventually('they end', hasEnded, { everyMs: 300 });
    traffic.close();
  });

  test.each(['live', 'fallback', 'failed'] as const)('counts %s', async (answer) => {
    await using shop = await startFakeShop();
    shop.answer = answer;
    const scene = new Scene();
    const traffic = new Traffic(scene, { url: shop.url }, '1');
    traffic.set({ on: true, perSecond: 50 });
    traffic.watch(true);
    await eventually('some are counted', () => traffic.total[answer] > 3);
    const failure = answer === 'failed' ? '503' : undefined;
    await eventually('it says why', () => scene.get('traffic', 'traffic')?.failure === failure);
    expect(traffic.total[answer]).toBe(Object.values(traffic.total).reduce((sum, count) => sum + count, 0));
    traffic.close();
  });

  test('goes on when no response comes, at the same rate', async () => {
    await using shop = await startFakeShop();
    shop.answer = 'silent';
    const traffic = new Traffic(new Scene(), { url: shop.url }, '1');
    traffic.set({ on: true, perSecond: 50 });
    traffic.watch(true);
    await eventually('requests do not wait for earlier ones', () => shop.requests.length > 20);
    expect(traffic.total.live).toBe(0);
    traffic.close();
  });

  test('after a pause of the process does not send all that was missed', async () => {
    const due: number[] = [];
    const stop = new AbortController();
    const loop = openLoop(50, (at) => void due.push(at), stop.signal);
    const until = performance.now() + 2_500;
    while (performance.now() < until);
    await eventually('it goes on', () => due.length > 0);
    expect(due.length).toBeLessThan(60);
    stop.abort();
    await loop;
  });
});
