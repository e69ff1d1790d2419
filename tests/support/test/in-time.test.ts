import { describe, expect, test } from '@jest/globals';
import { inTime } from '../in-time.ts';

/** Gives one body after the other, and the last one again. */
function reading(...bodies: object[]) {
  let reads = 0;
  return {
    read: () => Promise.resolve({ status: 200, body: bodies[Math.min(reads++, bodies.length - 1)] }),
    reads: () => reads,
  };
}
const live = { source: 'live', id: 'u', name: 'Ann' };
const fallback = (reason: string) => ({ source: 'fallback', id: 'u', name: null, reason });

describe('a read of something with a part of the neighbour', () => {
  test.each<[string, (part: object) => object]>([
    ['a product', (part: object) => ({ id: 'p', seller: part })],
    ['a user’s products', (part: object) => ({ ...part, items: [] })],
  ])('of %s is done again only while that part is late', async (_what, bodyOf) => {
    const late = reading(...[fallback('timeout'), fallback('circuit-open'), live, live].map(bodyOf));
    expect((await inTime(late.read)).body).toEqual(bodyOf(live));
    expect(late.reads()).toBe(3);

    const broken = reading(...[fallback('unreachable'), live].map(bodyOf));
    expect((await inTime(broken.read)).body).toEqual(bodyOf(fallback('unreachable')));
    expect(broken.reads()).toBe(1);
  });

  test('that fails is not done again', async () => {
    let reads = 0;
    const refused = () => Promise.reject(new Error(`expected 200, got 503: ${(reads += 1)}`));
    await expect(inTime(refused)).rejects.toThrow('expected 200, got 503: 1');
  });

  test('of something without such a part is done once', async () => {
    const error = reading({ title: 'Not Found', status: 404 }, {});
    expect((await inTime(error.read)).body).toEqual({ title: 'Not Found', status: 404 });
    expect(error.reads()).toBe(1);
  });
});
