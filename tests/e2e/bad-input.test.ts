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

/**
 * One case of each kind, and those that the Ingress and the ambassador could spoil. apps/product/test has all the
 * others.
 */
describe('a problem comes through the whole path as the service has sent it', () => {
  test.each<Case>([
    ['no JSON', () => post('{"name": '), 400, 'malformed-json'],
    ['an unknown field', () => postGood({ colour: 'red' }), 422, 'invalid-content'],
    ['a form', () => post('name=x', 'application/x-www-form-urlencoded'), 415, 'unsupported-media-type'],
    ['a megabyte', () => postGood({ description: 'x'.repeat(1024 * 1024) }), 413, 'body-too-large'],
    [
      'S12: three megabytes',
      () => postGood({ description: 'x'.repeat(3 * 1024 * 1024) }),
      413,
      'body-too-large',
    ],
    ['a wish for XML', () => get('/product').set('accept', 'application/xml'), 406, 'not-acceptable'],
    ['an id that is none', () => get('/user/42'), 400, 'invalid-parameter'],
    ['an id with a quote', () => get("/user/'%20or%20'1'='1"), 400, 'invalid-parameter'],
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

  test('a byte that UTF-8 never has', async () => {
    const body = Buffer.concat([Buffer.from('{"name": "'), Buffer.of(0xff), Buffer.from('"}')]);
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
