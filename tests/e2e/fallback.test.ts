import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EmbeddedProducts, EmbeddedSeller, Product, User } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { describeWith, takeDown } from '../support/control.ts';
import { Creations } from '../support/creations.ts';
import { eventually } from '@shop/testing/eventually';
import { percentile } from '@shop/testing/report';
import { connectTarget } from '../support/connect.ts';
import type { ServiceName } from '../support/target.ts';

const target = await connectTarget();
const request = clientOf(target);
const describeControlled = describeWith(target, 'scale', 'breakers');

/** One after the other. @returns the results, and the median time that one took, in milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ results: readonly T[]; medianMs: number }> {
  const [results, times]: [T[], number[]] = [[], []];
  for (let i = 0; i < 20; i += 1) {
    const before = performance.now();
    results.push(await work());
    times.push(performance.now() - before);
  }
  return { results, medianMs: percentile(times, 0.5) };
}

/**
 * How long a client may have to wait while the neighbour is down, milliseconds. A machine on which live responses take long
 * has three times as long: still less than the ambassador's time-out.
 */
const soonMs = (liveMs: number): number => Math.max(300, 3 * liveMs);

/** The states of the breakers beside `service`: each has one upstream, its neighbour. */
const breakerStates = async (service: ServiceName) =>
  (await target.breakers(service)).map(({ state }) => state);

// Taking a service down and back is what takes long, so these tests share one outage.
describeControlled('while the sellers’ service is down', () => {
  const creations = new Creations(request);
  let seller: User;
  let product: Product;
  let liveMs: number;
  let outage: Awaited<ReturnType<typeof takeDown>> | undefined;

  const look = async (): Promise<EmbeddedSeller> => {
    const { body } = await request.get(`/product/${product.id}`).expect(200);
    const { seller: embedded, ...rest } = body as { seller: EmbeddedSeller };
    expect(rest).toEqual(product);
    return embedded;
  };

  beforeAll(async () => {
    seller = await creations.user();
    product = await creations.product({ sellerId: seller.id });
    await eventually('the breakers are closed at first, and the seller is live', async () => {
      const { source, name } = await look();
      if (source !== 'live' || name !== seller.name) throw new Error(`the seller is ${name}, ${source}`);
      return (await breakerStates('product')).every((state) => state === 'closed');
    });
    ({ medianMs: liveMs } = await timed(look));
    outage = await takeDown(target, 'user');
  });
  afterAll(async () => {
    await outage?.restore();
    await creations[Symbol.asyncDispose]();
  });

  test('products are still shown, soon, and the seller is marked as a fallback', async () => {
    const { results, medianMs } = await timed(look);
    for (const result of results)
      expect(result).toEqual({
        source: 'fallback',
        id: seller.id,
        name: expect.any(String),
        reason: expect.stringMatching(/\S/),
      });
    expect(medianMs).toBeLessThan(soonMs(liveMs));
  });

  test('what does not need it works as ever, and what does says so', async () => {
    const listed = await request.get('/product').query({ sellerId: seller.id }).expect(200);
    expect(listed.body).toEqual({ items: [product] });
    const added = await creations.product({ sellerId: seller.id });
    const changed = await request
      .patch(`/product/${added.id}`)
      .type('application/merge-patch+json')
      .send('{"stock": 77}')
      .expect(200);
    expect(changed.body).toMatchObject({ stock: 77, version: 2 });

    const refused = await request.get(`/user/${seller.id}`);
    expect([502, 503, 504]).toContain(refused.status);
  });

  test('a breaker opens, and closes again once the service is back: the seller is live', async () => {
    await eventually('a breaker opens, and the service makes no attempt', async () => {
      const embedded = await look();
      const withoutTrying = embedded.source === 'fallback' && embedded.reason === 'circuit-open';
      return withoutTrying && (await breakerStates('product')).includes('open');
    });

    await outage?.restore();
    const embedded = await eventually(
      'the breakers close again, and the seller is live',
      async () => {
        const now = await look();
        const areClosed = (await breakerStates('product')).every((state) => state === 'closed');
        return areClosed && now.source === 'live' && now;
      },
      { withinMs: 60_000 },
    );
    expect(embedded).toEqual({ source: 'live', id: seller.id, name: seller.name });
  });
});

describeControlled('while the product service is down', () => {
  test('sellers are still shown, and their products are marked as missing', async () => {
    await using creations = new Creations(request);
    const seller = await creations.user();
    await creations.product({ sellerId: seller.id });
    const goods = async (): Promise<EmbeddedProducts> => {
      const { body } = await request.get(`/user/${seller.id}/products`).expect(200);
      return body as EmbeddedProducts;
    };
    await eventually('the products are live at first', async () => {
      expect(await goods()).toMatchObject({ source: 'live', items: [{ sellerId: seller.id }] });
      return true;
    });
    const { medianMs: liveMs } = await timed(goods);
    await using outage = await takeDown(target, 'product');
    const { results, medianMs } = await timed(goods);
    for (const result of results)
      expect(result).toEqual({
        source: 'fallback',
        items: expect.any(Array),
        reason: expect.stringMatching(/\S/),
      });
    expect(medianMs).toBeLessThan(soonMs(liveMs));
    await request.get(`/user/${seller.id}`).expect(200, seller);

    await outage.restore();
    const live = await eventually(
      'the products are live again',
      async () => {
        const answer = await goods();
        return answer.source === 'live' && answer;
      },
      { withinMs: 60_000 },
    );
    expect(live).toMatchObject({ items: [{ sellerId: seller.id }] });
  });
});
