import { describe, expect, test } from '@jest/globals';
import type { Product } from '@shop/contracts';
import { clientOf } from '../support/client.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { connectTarget } from '../support/connect.ts';
import { inTime } from '../support/in-time.ts';

const request = clientOf(await connectTarget());
const names = (body: unknown): string[] => (body as { items: Product[] }).items.map(({ name }) => name);

describe('a buyer looks for a product', () => {
  test('browses what there is', async () => {
    await using creations = new Creations(request);
    const seller = await creations.user();
    await creations.product({ sellerId: seller.id });
    const { body } = await request.get('/product?limit=1').expect(200).expect('content-type', /json/);
    const { items } = body as { items: Product[] };
    expect(items).toHaveLength(1);
    expect(items[0]).toEqual({
      id: expect.any(String),
      sku: expect.any(String),
      name: expect.any(String),
      description: expect.any(String),
      price: { amount: expect.any(Number), currency: expect.stringMatching(/^[A-Z]{3}$/) },
      stock: expect.any(Number),
      sellerId: expect.any(String),
      version: expect.any(Number),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  test('searches by the beginnings of words, in any case and script', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const word = uniqueWord();
    const tea = await creations.product({
      sellerId,
      name: `보성 녹차 ${word}`,
      description: 'Green tea in a tin.',
    });
    const stove = await creations.product({ sellerId, name: 'Stove', description: `Folds away. ${word}` });

    const search = async (q: string) => {
      const { body } = await request.get('/product').query({ q }).expect(200);
      return names(body);
    };
    expect((await search(word)).sort()).toEqual([stove.name, tea.name].sort());
    expect(await search(`${word} 녹`)).toEqual([tea.name]);
    expect(await search(`${word.toUpperCase()} GREEN`)).toEqual([tea.name]);
    expect(await search(tea.sku.toLowerCase())).toEqual([tea.name]);
    expect(await search(`${word} coffee`)).toEqual([]);
  });

  test('looks at one good together with its seller', async () => {
    await using creations = new Creations(request);
    const seller = await creations.user({ name: '김민수 다원' });
    const good = await creations.product({ sellerId: seller.id, price: { amount: 28_000, currency: 'KRW' } });
    const { body } = await inTime(() => request.get(`/product/${good.id}`).expect(200));
    expect(body).toEqual({ ...good, seller: { source: 'live', id: seller.id, name: '김민수 다원' } });
  });

  test('sees that the seller of a product is gone', async () => {
    await using creations = new Creations(request);
    const seller = await creations.user();
    const good = await creations.product({ sellerId: seller.id });
    await request.delete(`/user/${seller.id}`).expect(204);
    const { body } = await inTime(() => request.get(`/product/${good.id}`).expect(200));
    expect(body).toEqual({ ...good, seller: { source: 'live', id: seller.id, name: null } });
  });

  test('sees all products of one seller, and no others', async () => {
    await using creations = new Creations(request);
    const [ann, ben] = [await creations.user(), await creations.user()];
    const first = await creations.product({ sellerId: ann.id });
    await creations.product({ sellerId: ben.id });
    const second = await creations.product({ sellerId: ann.id });
    const { body } = await request.get('/product').query({ sellerId: ann.id }).expect(200);
    expect(body).toEqual({ items: [first, second] });
  });
});
