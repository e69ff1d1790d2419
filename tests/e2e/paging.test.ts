import { describe, expect, test } from '@jest/globals';
import type { Product } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { Creations } from '../support/creations.ts';
import { connectTarget } from '../support/connect.ts';
import { inTime } from '../support/in-time.ts';

const target = await connectTarget();
const { url } = target;
const request = clientOf(target);

interface Step {
  readonly items: readonly Product[];
  /** Path and query of the next page. */
  readonly next: string | undefined;
}

async function step(path: string): Promise<Step> {
  const { body, headers } = await inTime(() => request.get(path).expect(200));
  const { items, next: cursor } = body as { items: Product[]; next?: string };
  const link: string | undefined = headers['link'];
  const next = link === undefined ? undefined : /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
  expect(link === undefined).toBe(cursor === undefined);
  if (next === undefined || cursor === undefined) return { items, next: undefined };
  const address = new URL(next, url);
  expect(address.searchParams.get('cursor')).toBe(cursor);
  return { items, next: address.pathname + address.search };
}

describe('a client walks through many products, page by page', () => {
  test('and sees each one once, in order, as the links lead', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const goods: Product[] = [];
    for (let i = 0; i < 7; i += 1) goods.push(await creations.product({ sellerId }));

    const pages: (readonly Product[])[] = [];
    for (let path: string | undefined = `/product?sellerId=${sellerId}&limit=3`; path !== undefined;) {
      const { items, next } = await step(path);
      pages.push(items);
      path = next;
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(goods);
  });

  test('also a last page that is full says that it is the last', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const goods = [await creations.product({ sellerId }), await creations.product({ sellerId })];
    expect(await step(`/product?sellerId=${sellerId}&limit=2`)).toEqual({ items: goods, next: undefined });
  });

  test('while others add and delete: nothing is seen twice, and nothing that stays is missed', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const goods: Product[] = [];
    for (let i = 0; i < 8; i += 1) goods.push(await creations.product({ sellerId }));
    const ids = goods.map(({ id }) => id);
    const remove = (id: string | undefined) => request.delete(`/product/${id}`).expect(204);

    const first = await step(`/product?sellerId=${sellerId}&limit=3`);
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    // Removes one of the page that was read, the one that the cursor names, and one of a later page.
    await remove(ids[0]);
    await remove(ids[2]);
    await remove(ids[4]);
    const added = await creations.product({ sellerId });

    const rest: string[] = [];
    for (let path = first.next; path !== undefined;) {
      const { items, next } = await step(path);
      rest.push(...items.map(({ id }) => id));
      path = next;
    }
    expect(rest).toEqual([ids[3], ids[5], ids[6], ids[7], added.id]);
  });

  test('through the products of a seller at the seller', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const goods: Product[] = [];
    for (let i = 0; i < 3; i += 1) goods.push(await creations.product({ sellerId }));
    const first = await step(`/user/${sellerId}/products?limit=2`);
    expect(first.items).toEqual(goods.slice(0, 2));
    expect(first.next).toMatch(new RegExp(`^/user/${sellerId}/products\\?`));
    expect(await step(first.next ?? '')).toEqual({ items: goods.slice(2), next: undefined });
  });
});
