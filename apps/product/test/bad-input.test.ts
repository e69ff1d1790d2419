/** Cases that http.test.ts does not have: wrong contents, bodies and parameters, each with its kind of problem. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';

let app: StartedApp;
beforeAll(async () => {
  app = await startApp(createApp);
});
afterAll(() => app.close());

const api = () => request(app.server);
const noSuchId = '0190a5d0-0000-7000-8000-000000000000';
const anotherVersion = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const product = {
  sku: 'NEVER-STORED',
  name: 'Never stored',
  price: { amount: 100, currency: 'EUR' },
  sellerId: noSuchId,
};
const post = (body: string | Buffer, type = 'application/json') =>
  api()
    .post('/product')
    .set('content-type', type)
    .serialize((raw: unknown) => raw as string)
    .send(body as string);
const inText = (...bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('{"name": "'), Buffer.of(...bytes), Buffer.from('"}')]);

describe('a body that is not JSON', () => {
  test.each<[string, string | Buffer]>([
    ['JSON with a tail', '{} {}'],
    ['arrays 20,000 deep', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['an escaped __proto__', '{"\\u005f_proto__": {"stock": 9}}'],
    ['a byte that UTF-8 never has', inText(0xff)],
    ['a character cut short', inText(0xeb, 0x85)],
    ['a slash in too many bytes', inText(0xc0, 0xaf)],
    ['UTF-16', Buffer.from('{"name": "Ann"}', 'utf16le')],
  ])('%s', async (_what, body) => {
    const response = await post(body).expect(400);
    expect(response.body).toMatchObject({ type: 'urn:shop:problem:malformed-json', status: 400 });
  });

  test('no body', async () => {
    const response = await api().post('/product').set('content-type', 'application/json').expect(400);
    expect(response.body).toMatchObject({ type: 'urn:shop:problem:malformed-json' });
  });

  test('UTF-16 as its charset', async () => {
    const response = await post('{}', 'application/json; charset=utf-16').expect(415);
    expect(response.body).toMatchObject({ type: 'urn:shop:problem:unsupported-media-type' });
  });
});

describe('content that is refused names the place', () => {
  test.each<[string, object, string]>([
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['a field that is the shop’s', { version: 7 }, '/version'],
    ['a text for a number', { stock: '5' }, '/stock'],
    ['half a product', { stock: 1.5 }, '/stock'],
    ['a negative stock', { stock: -1 }, '/stock'],
    ['a price without a currency', { price: { amount: 1 } }, '/price/currency'],
    ['a price in cents and parts of them', { price: { amount: 0.5, currency: 'EUR' } }, '/price/amount'],
    ['a currency there is not', { price: { amount: 1, currency: 'ABC' } }, '/price/currency'],
    ['a name of blanks', { name: ' \t ' }, '/name'],
    ['a name with a NUL', { name: 'a\u0000b' }, '/name'],
    ['a name too long', { name: 'x'.repeat(10_000) }, '/name'],
    ['a seller who is not an id', { sellerId: 'ann' }, '/sellerId'],
    ['an id of another version', { sellerId: anotherVersion }, '/sellerId'],
  ])('%s', async (_what, changes, pointer) => {
    const { body } = await post(JSON.stringify({ ...product, ...changes })).expect(422);
    expect(body).toMatchObject({ type: 'urn:shop:problem:invalid-content' });
    const { errors } = body as { errors: { pointer: string }[] };
    expect(new Set(errors.map((error) => error.pointer))).toEqual(new Set([pointer]));
  });

  test('half a surrogate pair', async () => {
    const { body } = await post(JSON.stringify(product).replace('Never', '\\ud800')).expect(422);
    expect(body).toMatchObject({ type: 'urn:shop:problem:invalid-content', errors: [{ pointer: '/name' }] });
  });

  test('and every detail says what must be, or what it is', async () => {
    const content = {
      sku: '',
      name: 5,
      price: { amount: -1, currency: 'euro', tax: 1 },
      stock: 'x',
      'a/b~c': 1,
    };
    const { body } = await post(JSON.stringify(content)).expect(422);
    const { errors } = body as { errors: { pointer: string; detail: string }[] };
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(
      new Set([
        '/a~1b~0c',
        '/name',
        '/price/amount',
        '/price/currency',
        '/price/tax',
        '/sellerId',
        '/sku',
        '/stock',
      ]),
    );
    for (const { detail } of errors) expect(detail).toMatch(/^(must|is) /);
  });
});

describe('a patch', () => {
  test('that says it is plain JSON is of the wrong type', async () => {
    const { body } = await api().patch(`/product/${noSuchId}`).send({ stock: 1 }).expect(415);
    expect(body).toMatchObject({ type: 'urn:shop:problem:unsupported-media-type' });
  });

  test('of nothing there is not found', async () => {
    const patch = api().patch(`/product/${noSuchId}`).type('application/merge-patch+json');
    const { body } = await patch.send('{"stock": 1}').expect(404);
    expect(body).toMatchObject({ type: 'urn:shop:problem:not-found' });
  });
});

describe('a URL that is refused names the parameter', () => {
  test.each([
    ['a limit that is a word', '/product?limit=many', 'limit'],
    ['a limit past the bound', '/product?limit=101', 'limit'],
    ['a made-up cursor', '/product?cursor=MTIz', 'cursor'],
    ['an operator', '/product?sellerId[$ne]=x', 'sellerId[$ne]'],
    ['a NUL in a search', '/product?q=a%00b', 'q'],
    ['an id that is another kind of UUID', `/product/${anotherVersion}`, 'id'],
  ])('%s', async (_what, url, parameter) => {
    const { body } = await api().get(url).expect(400);
    expect(body).toMatchObject({ type: 'urn:shop:problem:invalid-parameter', errors: [{ parameter }] });
  });

  test('all of them at once', async () => {
    const { body } = await api().get('/product?limit=x&sellerId=y&colour=z').expect(400);
    const { errors } = body as { errors: { parameter: string }[] };
    expect(new Set(errors.map(({ parameter }) => parameter))).toEqual(
      new Set(['colour', 'limit', 'sellerId']),
    );
  });
});
