import { describe, expect, test } from '@jest/globals';
import type { ProblemKind } from '@shop/http-errors';
import type { Test } from 'supertest';
import { clientOf } from '../support/client.ts';
import { Creations, uniqueWord } from '../support/creations.ts';
import { problemOf } from '../support/problem.ts';
import { rawHttp } from '@shop/testing/raw-http';
import { connectTarget } from '../support/connect.ts';

const target = await connectTarget();
const { url, token } = target;
const request = clientOf(target);
const noSuchId = '0190a5d0-0000-7000-8000-000000000000';
const mergePatch = 'application/merge-patch+json';
const post = (body: string, type = 'application/json'): Test =>
  request.post('/product').set('content-type', type).send(body);
const good = {
  sku: 'E2E-NEVER-STORED',
  name: 'Never stored',
  price: { amount: 100, currency: 'EUR' },
  sellerId: noSuchId,
};
const postGood = (changes: object) => post(JSON.stringify({ ...good, ...changes }));
const get = (path: string): Test => request.get(path);

type Case = readonly [what: string, ask: () => Test, status: number, kind: ProblemKind];

describe('the response to bad input says what is wrong with it', () => {
  test.each<Case>([
    ['no JSON', () => post('{"name": '), 400, 'malformed-json'],
    ['JSON with a tail', () => post('{} {}'), 400, 'malformed-json'],
    [
      'no body',
      () => request.post('/product').set('content-type', 'application/json'),
      400,
      'malformed-json',
    ],
    ['arrays 20,000 deep', () => post('['.repeat(20_000) + ']'.repeat(20_000)), 400, 'malformed-json'],
    [
      'objects 5,000 deep',
      () => post('{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)),
      400,
      'malformed-json',
    ],
    ['a __proto__', () => post('{"__proto__": {"stock": 9}, "name": "x"}'), 400, 'malformed-json'],
    ['an escaped __proto__', () => post('{"\\u005f_proto__": {"stock": 9}}'), 400, 'malformed-json'],
    ['constructor.prototype', () => post('{"constructor": {"prototype": {"a": 1}}}'), 400, 'malformed-json'],
    ['a list', () => post('[]'), 422, 'invalid-content'],
    ['null', () => post('null'), 422, 'invalid-content'],
    ['a text', () => post('"good"'), 422, 'invalid-content'],
    ['an unknown field', () => postGood({ colour: 'red' }), 422, 'invalid-content'],
    ['a field that is the shop’s', () => postGood({ version: 7 }), 422, 'invalid-content'],
    ['a text for a number', () => postGood({ stock: '5' }), 422, 'invalid-content'],
    ['half a product', () => postGood({ stock: 1.5 }), 422, 'invalid-content'],
    ['a negative stock', () => postGood({ stock: -1 }), 422, 'invalid-content'],
    ['a number past all bounds', () => post('{"stock": 1e400}'), 422, 'invalid-content'],
    ['a price without a currency', () => postGood({ price: { amount: 1 } }), 422, 'invalid-content'],
    [
      'a price in cents and parts of them',
      () => postGood({ price: { amount: 0.5, currency: 'EUR' } }),
      422,
      'invalid-content',
    ],
    [
      'a currency there is not',
      () => postGood({ price: { amount: 1, currency: 'ABC' } }),
      422,
      'invalid-content',
    ],
    ['a name of blanks', () => postGood({ name: ' \t ' }), 422, 'invalid-content'],
    ['a name with a NUL', () => postGood({ name: 'a\u0000b' }), 422, 'invalid-content'],
    [
      'half a surrogate pair',
      () => post(JSON.stringify(good).replace('Never', '\\ud800')),
      422,
      'invalid-content',
    ],
    ['a name too long', () => postGood({ name: 'x'.repeat(10_000) }), 422, 'invalid-content'],
    ['a seller who is not an id', () => postGood({ sellerId: 'ann' }), 422, 'invalid-content'],
    [
      'an id of another version',
      () => postGood({ sellerId: '6ba7b810-9dad-41d1-80b4-00c04fd430c8' }),
      422,
      'invalid-content',
    ],
    ['a form', () => post('name=x', 'application/x-www-form-urlencoded'), 415, 'unsupported-media-type'],
    ['a text as its type', () => post('{}', 'text/plain'), 415, 'unsupported-media-type'],
    [
      'UTF-16 as its charset',
      () => post('{}', 'application/json; charset=utf-16'),
      415,
      'unsupported-media-type',
    ],
    [
      'a patch that says it is plain JSON',
      () => request.patch(`/product/${noSuchId}`).send({ stock: 1 }),
      415,
      'unsupported-media-type',
    ],
    [
      'a patch of nothing there',
      () => request.patch(`/product/${noSuchId}`).type(mergePatch).send('{"stock": 1}'),
      404,
      'not-found',
    ],
    ['a megabyte', () => postGood({ description: 'x'.repeat(1024 * 1024) }), 413, 'body-too-large'],
    [
      'S12: three megabytes',
      () => postGood({ description: 'x'.repeat(3 * 1024 * 1024) }),
      413,
      'body-too-large',
    ],
    ['a wish for XML', () => get('/product').set('accept', 'application/xml'), 406, 'not-acceptable'],
    ['a limit that is a word', () => get('/product?limit=many'), 400, 'invalid-parameter'],
    ['a limit of none', () => get('/product?limit=0'), 400, 'invalid-parameter'],
    ['a limit past the bound', () => get('/product?limit=101'), 400, 'invalid-parameter'],
    ['a limit twice', () => get('/product?limit=1&limit=2'), 400, 'invalid-parameter'],
    ['an unknown parameter', () => get('/product?colour=red'), 400, 'invalid-parameter'],
    ['a made-up cursor', () => get('/product?cursor=MTIz'), 400, 'invalid-parameter'],
    ['an operator in the query', () => get('/product?sellerId[$ne]=x'), 400, 'invalid-parameter'],
    ['a NUL in a search', () => get('/product?q=a%00b'), 400, 'invalid-parameter'],
    ['an id that is none', () => get('/user/42'), 400, 'invalid-parameter'],
    ['an id with a quote', () => get("/user/'%20or%20'1'='1"), 400, 'invalid-parameter'],
    [
      'an id that is another kind of UUID',
      () => get('/user/6ba7b810-9dad-41d1-80b4-00c04fd430c8'),
      400,
      'invalid-parameter',
    ],
    ['an id without a user', () => get(`/user/${noSuchId}`), 404, 'not-found'],
    [
      'If-Match without quotes',
      () => request.delete(`/user/${noSuchId}`).set('if-match', 'abc'),
      400,
      'malformed-request',
    ],
  ])('%s', async (_what, ask, status, kind) => {
    expect(problemOf(await ask())).toMatchObject({ status, kind });
  });

  test('everything that is wrong is named at once, each with its place', async () => {
    const response = await post(
      JSON.stringify({
        sku: '',
        name: 5,
        price: { amount: -1, currency: 'euro', tax: 1 },
        stock: 'x',
        'a/b~c': 1,
      }),
    );
    expect(problemOf(response)).toMatchObject({ status: 422, kind: 'invalid-content' });
    const { errors } = problemOf(response);
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

  test('of a URL, too', async () => {
    const response = await get('/product?limit=x&sellerId=y&colour=z');
    expect(problemOf(response)).toMatchObject({ status: 400, kind: 'invalid-parameter' });
    const { errors } = problemOf(response);
    expect(new Set(errors.map(({ parameter }) => parameter))).toEqual(
      new Set(['colour', 'limit', 'sellerId']),
    );
  });

  test('what is refused names what would be taken', async () => {
    const patch = await request.patch(`/product/${noSuchId}`).send({ stock: 1 });
    expect(patch.headers['accept-patch']).toBe(mergePatch);
    const form = await post('name=x', 'application/x-www-form-urlencoded');
    expect(form.headers['accept-post']).toBe('application/json');
  });

  const { host } = new URL(url);
  const rawPost = (body: Buffer) => {
    const fields = [
      'POST /user HTTP/1.1',
      `host: ${host}`,
      'connection: close',
      'content-type: application/json',
      `content-length: ${body.length}`,
      ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ];
    return rawHttp(url, `${fields.join('\r\n')}\r\n\r\n`, body);
  };

  test.each([
    [
      'a byte that UTF-8 never has',
      Buffer.concat([Buffer.from('{"name": "'), Buffer.of(0xff), Buffer.from('"}')]),
    ],
    [
      'a character cut short',
      Buffer.concat([Buffer.from('{"name": "'), Buffer.of(0xeb, 0x85), Buffer.from('"}')]),
    ],
    [
      'a slash in too many bytes',
      Buffer.concat([Buffer.from('{"name": "'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')]),
    ],
    ['UTF-16', Buffer.from('{"name": "Ann"}', 'utf16le')],
  ])('%s', async (_what, body) => {
    const answer = await rawPost(body);
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'content-type': expect.stringMatching(/^application\/problem\+json\b/) },
    });
    expect(answer.body).toContain('"type":"urn:shop:problem:malformed-json"');
  });

  test.each([
    ['half of an escape', '/user/%e'],
    ['an escape of no hex digits', '/user/%zz'],
    ['bytes that are not UTF-8', '/user/%ff%fe'],
  ])('%s in a path is the client’s error, not the shop’s', async (_what, path) => {
    const { status } = await rawHttp(
      url,
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    );
    expect([400, 404]).toContain(status);
  });

  test('nothing of all this changes what others see', async () => {
    await using creations = new Creations(request);
    const { id: sellerId } = await creations.user();
    const before = await creations.product({ sellerId, name: `Unharmed ${uniqueWord()}` });
    const path = `/product/${before.id}`;
    const patch = await request.patch(path).type(mergePatch).send('{"__proto__": {"stock": 9}, "stock": 8}');
    expect(problemOf(patch)).toMatchObject({ status: 400, kind: 'malformed-json' });
    const partly = await request.patch(path).type(mergePatch).send('{"stock": 8, "price": {"amount": -1}}');
    expect(problemOf(partly)).toMatchObject({ status: 422, kind: 'invalid-content' });
    const { body } = await get(path).expect(200);
    expect(body).toMatchObject(before);
    expect(Object.getPrototypeOf({})).toEqual(Object.prototype);
  });
});
