/** Preconditions over HTTP: RFC 9110, section 13. */
import { randomUUIDv7 } from 'node:crypto';
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

const content = () => ({
  sku: `S7-${randomUUIDv7()}`,
  name: 'Tea',
  price: { amount: 1, currency: 'EUR' },
  sellerId: '01890a5d-ac96-774b-bcce-b302099a8057',
});

/** A product's path, the tag from its creation, and the tag of its representation with the seller. */
async function stored(): Promise<{ path: string; written: string; read: string }> {
  const created = await api().post('/product').send(content()).expect(201);
  const path = created.headers['location'] as string;
  const { headers } = await api().get(path).expect(200);
  return { path, written: created.headers['etag'] as string, read: headers['etag'] as string };
}

describe.each(['get', 'head'] as const)('S7: %s with If-Match', (method) => {
  test('that names the representation, or the state in it, is served', async () => {
    const { path, written, read } = await stored();
    for (const tags of ['*', read, written, `"x", ${read}`, `"a,b",, ${read}`]) {
      await api()[method](path).set('if-match', tags).expect(200);
    }
  });

  test('that names another one fails', async () => {
    const { path, read } = await stored();
    const other = read.replace(/\..*/, '.0"');
    for (const tags of ['"x"', `W/${read}`, other, `"x", W/${read}`, '"x\\"']) {
      const { headers } = await api()[method](path).set('if-match', tags).expect(412);
      expect(headers['content-type']).toBe('application/problem+json');
    }
  });

  test('of a list is judged by the tag of the list', async () => {
    const { headers } = await api().get('/product?limit=1').expect(200);
    const etag = headers['etag'] as string;
    await api()[method]('/product?limit=1').set('if-match', etag).expect(200);
    await api()[method]('/product?limit=1').set('if-match', '"x"').expect(412);
  });

  test('is judged before If-None-Match', async () => {
    const { path, read } = await stored();
    await api()[method](path).set({ 'if-match': '"x"', 'if-none-match': read }).expect(412);
    await api()[method](path).set({ 'if-match': read, 'if-none-match': read }).expect(304);
    await api()[method](path).set({ 'if-match': read, 'if-none-match': '"x"' }).expect(200);
    await api()[method](path).set({ 'if-none-match': '*' }).expect(304);
  });

  test('of nothing there is 404', async () => {
    await api()[method](`/product/${randomUUIDv7()}`).set('if-match', '"x"').expect(404);
  });
});

describe('S7: a write with preconditions', () => {
  test.each([
    ['if-match', '*'],
    ['if-match', '"1-abc"'],
    ['if-none-match', '*'],
  ])('of an entity that does not exist is 404 with any %s: DELETE and PATCH (%s)', async (field, value) => {
    const path = `/product/${randomUUIDv7()}`;
    await api().delete(path).set(field, value).expect(404);
    await api()
      .patch(path)
      .set({ [field]: value, 'content-type': 'application/merge-patch+json' })
      .send('{}')
      .expect(404);
  });

  test('If-Match lets PUT create nothing, If-None-Match: * does', async () => {
    const path = `/product/${randomUUIDv7()}`;
    await api().put(path).set('if-match', '*').send(content()).expect(412);
    await api().put(path).set('if-match', '"x"').send(content()).expect(412);
    await api().put(path).set('if-none-match', '*').send(content()).expect(201);
  });

  test('both fields have to hold', async () => {
    const { path, read } = await stored();
    await api().delete(path).set({ 'if-match': read, 'if-none-match': read }).expect(412);
    await api().delete(path).set({ 'if-match': '"x"', 'if-none-match': '"x"' }).expect(412);
    await api().delete(path).set({ 'if-match': read, 'if-none-match': '"x"' }).expect(204);
  });

  test('what is wrong with the body comes first', async () => {
    const { path } = await stored();
    await api().put(path).set('if-match', '"x"').send({}).expect(422);
    await api().put(path).set('if-match', '"x"').type('text/plain').send('x').expect(415);
  });

  test('dates are ignored, as no representation has one', async () => {
    const { path } = await stored();
    const dates = {
      'if-unmodified-since': 'Mon, 01 Jan 1990 00:00:00 GMT',
      'if-modified-since': 'Mon, 01 Jan 2035 00:00:00 GMT',
    };
    const response = await api().get(path).set(dates).expect(200);
    expect(response.headers).not.toHaveProperty('last-modified');
    await api().delete(path).set(dates).expect(204);
  });

  test('POST is judged by the list that it adds to', async () => {
    const { headers } = await api().get('/product').expect(200);
    const etag = headers['etag'] as string;
    await api().post('/product').set('if-match', '"x"').send(content()).expect(412);
    await api().post('/product').set('if-none-match', '*').send(content()).expect(412);
    await api().post('/product').set('if-none-match', etag).send(content()).expect(412);
    await api().post('/product').set('if-match', etag).send(content()).expect(201);
    await api().post('/product').set('if-match', '*').send(content()).expect(201);
  });
});

describe('S7: a field that is not a list of tags is malformed', () => {
  test.each(['abc', '"a', '"a" "b"', '"a""b"', '*, "a"', '"a", *', 'w/"a"', 'W/ "a"', '"a b"', ',', ''])(
    '%j',
    async (tags) => {
      const { path } = await stored();
      for (const field of ['if-match', 'if-none-match']) {
        await api().delete(path).set(field, tags).expect(400);
        await api().get(path).set(field, tags).expect(400);
      }
    },
  );
});
