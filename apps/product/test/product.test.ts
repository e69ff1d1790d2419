import { randomUUIDv7 } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

let neighbour: RequestListener = (_request, response) => void response.writeHead(404).end();
let app: StartedApp;
beforeAll(async () => {
  app = await startApp(createApp, (incoming, response) => neighbour(incoming, response));
});
afterAll(() => app.close());

const api = () => request(app.server);
const contentWith = (content: object = {}) => ({
  sku: randomUUIDv7(),
  name: 'Green tea',
  price: { amount: 1999, currency: 'EUR' },
  sellerId: randomUUIDv7(),
  ...content,
});
const offer = async (content: object = {}) =>
  (await api().post('/product').send(contentWith(content)).expect(201)).body as {
    id: string;
    sku: string;
    sellerId: string;
  };
const namesOf = async (query: string): Promise<string[]> =>
  ((await api().get(`/product?${query}`).expect(200)).body as { items: { name: string }[] }).items.map(
    ({ name }) => name,
  );

describe('a product', () => {
  test('keeps what it was given, with defaults', async () => {
    const content = contentWith();
    const { body } = await api().post('/product').send(content).expect(201);
    expect(body).toMatchObject({ ...content, description: '', stock: 0, version: 1 });
  });

  test('a sku is unique', async () => {
    const { sku } = await offer();
    const { body } = await api().post('/product').send(contentWith({ sku })).expect(409);
    expect(body).toMatchObject({ errors: [{ pointer: '/sku' }] });
  });

  test('a merge patch reaches into the price', async () => {
    const { id } = await offer();
    const patch = JSON.stringify({ price: { amount: 5 }, stock: 3 });
    const { body } = await api()
      .patch(`/product/${id}`)
      .type('application/merge-patch+json')
      .send(patch)
      .expect(200);
    expect(body).toMatchObject({ price: { amount: 5, currency: 'EUR' }, stock: 3, version: 2 });
  });

  test('S10: a merge patch may not remove what is not known, and null brings a default back', async () => {
    const { id } = await offer({ stock: 7, description: 'Fresh' });
    const patch = (document: object) =>
      api().patch(`/product/${id}`).type('application/merge-patch+json').send(JSON.stringify(document));
    const { body: problem } = await patch({ colour: null, price: { vat: null, amount: null } }).expect(422);
    expect(problem).toMatchObject({
      errors: [
        { pointer: '/price/amount', detail: 'is required' },
        { pointer: '/price/vat', detail: expect.any(String) },
        { pointer: '/colour', detail: expect.any(String) },
      ],
    });
    const { body } = await patch({ stock: null, description: null }).expect(200);
    expect(body).toMatchObject({ stock: 0, description: '', version: 2 });
  });

  test('S5: -0 is 0: the same PUT four times makes one version, and so does a patch', async () => {
    const id = randomUUIDv7();
    const body = JSON.stringify(contentWith({ price: { amount: 7, currency: 'EUR' } }))
      .replace('"amount":7', '"amount":-0')
      .replace('{', '{"stock":-0.0,');
    const put = () => api().put(`/product/${id}`).type('application/json').send(body);
    await put().expect(201);
    for (let times = 0; times < 3; times += 1)
      expect((await put().expect(200)).body).toMatchObject({ version: 1, stock: 0, price: { amount: 0 } });
    const patched = await api()
      .patch(`/product/${id}`)
      .type('application/merge-patch+json')
      .send('{"stock":-0,"price":{"amount":-0e3}}')
      .expect(200);
    expect(patched.body).toMatchObject({ version: 1 });
  });
});

describe('search', () => {
  test('finds products by the beginnings of their words, in any case and script, and by seller', async () => {
    const sellerId = randomUUIDv7();
    await offer({ name: 'Zirkon-Tee', sellerId });
    await offer({ name: '제주 녹차', description: 'zirkonfarben', sellerId });
    await offer({ name: 'Zirkon', sellerId: randomUUIDv7() });
    expect(await namesOf(`sellerId=${sellerId}`)).toEqual(['Zirkon-Tee', '제주 녹차']);
    expect(await namesOf('q=ZIRK')).toEqual(['Zirkon-Tee', '제주 녹차', 'Zirkon']);
    expect(await namesOf(`q=zirk&sellerId=${sellerId}`)).toEqual(['Zirkon-Tee', '제주 녹차']);
    expect(await namesOf(`q=${encodeURIComponent('녹')}`)).toEqual(['제주 녹차']);
    expect(await namesOf('q=irkon')).toEqual([]);
    expect(await namesOf(`q=${encodeURIComponent('.*')}`)).toEqual([]);
  });

  test('the link to the next page keeps the search', async () => {
    const sellerId = randomUUIDv7();
    await offer({ sellerId });
    await offer({ sellerId });
    const response = await api().get(`/product?q=tea&sellerId=${sellerId}&limit=1`).expect(200);
    const next = /<(.*)>; rel="next"/.exec(response.headers['link'] ?? '')?.[1] ?? '';
    expect(next).toContain(`q=tea&sellerId=${sellerId}&limit=1&cursor=`);
    const second = await api().get(next).expect(200);
    expect((second.body as { items: unknown[] }).items).toHaveLength(1);
    expect(second.headers).not.toHaveProperty('link');
  });
});

describe('the embedded seller', () => {
  test('is live when user answers, and says so when there is no such user', async () => {
    const { id, sellerId } = await offer();
    neighbour = (incoming, response) => {
      expect(incoming.url).toBe(`/user/${sellerId}`);
      response.end(JSON.stringify({ id: sellerId, name: 'Ann', somethingNew: 1 }));
    };
    const response = await api().get(`/product/${id}`).expect(200);
    expect(response.body).toMatchObject({ seller: { source: 'live', id: sellerId, name: 'Ann' } });
    neighbour = (_request, answer) =>
      void answer.writeHead(404, { 'content-type': 'application/problem+json' }).end('{}');
    const gone = await api().get(`/product/${id}`).expect(200);
    expect(gone.body).toMatchObject({ seller: { source: 'live', id: sellerId, name: null } });
  });

  test('is the ambassador’s fallback, marked as one, when user cannot answer', async () => {
    const { id, sellerId } = await offer();
    neighbour = (_request, response) =>
      void response
        .writeHead(200, { 'x-fallback': 'static', 'x-fallback-reason': 'circuit-open' })
        .end('{"name":"A seller of this shop"}');
    const response = await api().get(`/product/${id}`).expect(200);
    const seller = {
      source: 'fallback',
      id: sellerId,
      name: 'A seller of this shop',
      reason: 'circuit-open',
    };
    expect(response.body).toMatchObject({ seller });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  test('changes the tag of the representation, but not what If-Match means', async () => {
    const { id, sellerId } = await offer();
    const name = (value: string) => {
      neighbour = (_request, response) => void response.end(JSON.stringify({ id: sellerId, name: value }));
    };
    name('Ann');
    const first = (await api().get(`/product/${id}`)).headers['etag'] as string;
    await api().get(`/product/${id}`).set('if-none-match', first).expect(304);
    name('Bea');
    const second = (await api().get(`/product/${id}`).set('if-none-match', first).expect(200)).headers[
      'etag'
    ];
    expect(second).not.toBe(first);
    // The product has not changed: an editor who read it with the seller's old name may still edit it.
    const patch = () =>
      api().patch(`/product/${id}`).type('application/merge-patch+json').send('{"stock":9}');
    await patch().set('if-match', first).expect(200);
    await patch()
      .set('if-match', second as string)
      .expect(412);
  });
});
