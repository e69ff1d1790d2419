/** How both services use HTTP, shown on one of them: all of it is in packages/service. */
import { randomUUIDv7 } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
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
const id = '01890a5d-ac96-774b-bcce-b302099a8057';

const json = 'application/json';
const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe('bad input is a clear problem', () => {
  const bodies: readonly [string, number, string, string | Buffer][] = [
    ['malformed JSON', 400, json, '{bad'],
    ['an empty body', 400, json, ''],
    ['invalid UTF-8', 400, json, Buffer.from('{"sku":"\xff"}', 'latin1')],
    ['deep nesting', 400, json, nested(10_000)],
    ['__proto__', 400, json, '{"__proto__":{"admin":true}}'],
    ['constructor.prototype', 400, json, '{"constructor":{"prototype":{}}}'],
    ['a body too large', 413, json, JSON.stringify({ name: 'x'.repeat(70_000) })],
    ['another media type', 415, 'text/plain', 'sku=1'],
    ['a form', 415, 'application/x-www-form-urlencoded', 'sku=1'],
    ['another charset', 415, 'application/json; charset=iso-8859-1', '{}'],
    ['a merge patch', 415, 'application/merge-patch+json', '{}'],
    ['null', 422, json, 'null'],
    ['an array', 422, json, '[]'],
    ['a string', 422, json, '"x"'],
    ['wrong types', 422, json, '{"sku":1,"name":[],"price":"5","sellerId":{},"stock":"3"}'],
    ['a number out of range', 422, json, '{"stock":1e999}'],
  ];
  test.each(bodies)('%s: %d', async (_what, status, type, body) => {
    const response = await api()
      .post('/product')
      .set('content-type', type)
      .serialize((raw: unknown) => raw as string)
      .send(body as string);
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.body).toMatchObject({
      status,
      type: expect.stringMatching(/^urn:shop:problem:/),
      detail: expect.any(String),
    });
  });

  test('every problem of a body is named at once, with its JSON pointer', async () => {
    const body = {
      sku: 'a b',
      price: { amount: '5', currency: 'eur', vat: 1 },
      'a/b~c': 1,
      version: 3,
      stock: -1,
    };
    const response = await api().post('/product').send(body).expect(422);
    const { errors } = response.body as { errors: { pointer: string; detail: string }[] };
    const problems = new Map(errors.map(({ pointer, detail }) => [pointer, detail]));
    expect([...problems.keys()].sort()).toEqual(
      [
        '/a~1b~0c',
        '/name',
        '/price/amount',
        '/price/currency',
        '/price/vat',
        '/sellerId',
        '/sku',
        '/stock',
        '/version',
      ].sort(),
    );
    expect(problems.get('/name')).toBe('is required');
    expect(problems.get('/price/vat')).toBe('is an unknown field');
    expect(problems.get('/version')).toBe('is a read-only field: leave it out');
  });

  test.each([
    ['/product?limit=0', 'limit'],
    ['/product?limit=1&limit=2', 'limit'],
    ['/product?cursor=abc', 'cursor'],
    ['/product?sellerId=me', 'sellerId'],
    ['/product?q=', 'q'],
    ['/product?colour=red', 'colour'],
    ['/product?__proto__=1', '__proto__'],
    ['/product/17', 'id'],
  ])('%s: 400 that names %s', async (url, parameter) => {
    const { body } = await api().get(url).expect(400);
    expect(body).toMatchObject({ errors: [{ parameter }] });
  });

  test.each(['/product/%ff', '/product/%', `/product/${'x'.repeat(300)}`])(
    'the URL %s is refused',
    async (url) => {
      const response = await api().get(url);
      expect([400, 414]).toContain(response.status);
      expect(response.headers['content-type']).toMatch(/problem\+json/);
      expect(response.headers['x-request-id']).toBeDefined();
    },
  );

  test.each([
    ['no HTTP at all', 'HELLO\r\n\r\n', '400'],
    [
      'header fields without end',
      `GET /product HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      '431',
    ],
    [
      'two lengths',
      'POST /product HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
      '400',
    ],
    [
      'length and chunks',
      'POST /product HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
  ])('%s: a problem on the socket', async (_what, bytes, status) => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
  });
});

test('S4: the next page keeps the query of the first one', async () => {
  const [ann, bob] = [randomUUIDv7(), randomUUIDv7()];
  for (const sellerId of [ann, ann, bob, ann, ann, bob, ann]) {
    const price = { amount: 1, currency: 'EUR' };
    await api()
      .post('/product')
      .send({ sku: `S4-${randomUUIDv7()}`, name: 'Green tea', price, sellerId })
      .expect(201);
  }
  const first = await api().get(`/product?q=green?&sellerId=${ann}&limit=2`).expect(200);
  const next = /^<(.*)>; rel="next"$/.exec(first.headers['link'] as string)?.[1] ?? '';
  const second = await api().get(next).expect(200);
  const { items } = second.body as { items: { sellerId: string }[] };
  expect(items.map(({ sellerId }) => sellerId)).toEqual([ann, ann]);
  expect(second.headers).toHaveProperty('link');
});

describe('methods and media types', () => {
  test.each([
    ['delete', '/product', 'GET, HEAD, OPTIONS, POST'],
    ['put', '/product', 'GET, HEAD, OPTIONS, POST'],
    ['post', `/product/${id}`, 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    ['post', '/product/openapi.json', 'GET, HEAD, OPTIONS'],
  ] as const)('%s %s is 405 with Allow', async (method, url, allow) => {
    // Even with a body that could not be read.
    await api()[method](url).set('content-type', 'text/plain').send('x').expect(405).expect('allow', allow);
  });

  test('OPTIONS says what is possible', async () => {
    const response = await api().options('/product').expect(204).expect('allow', 'GET, HEAD, OPTIONS, POST');
    expect(response.headers['accept-post']).toBe('application/json');
    expect(response.headers).not.toHaveProperty('accept-patch');
    await api().options(`/product/${id}`).expect(204).expect('accept-patch', 'application/merge-patch+json');
  });

  test('HEAD is GET without a body', async () => {
    const response = await api().head('/product').expect(200);
    expect(response.headers['etag']).toBe((await api().get('/product')).headers['etag']);
    expect(response.text).toBeUndefined();
  });

  test.each(['text/html', 'application/xml', 'application/json;q=0'])('Accept: %s is 406', async (accept) => {
    await api().get('/product').set('accept', accept).expect(406);
  });
  test.each(['*/*', 'application/*', 'text/html, application/json;q=0.1'])(
    'Accept: %s is served',
    async (accept) => {
      await api().get('/product').set('accept', accept).expect(200);
    },
  );
  test.each(['application/json; charset=utf-8', ''])('S2: Accept: %j is served', async (accept) => {
    const response = await api().get('/product').set('accept', accept).expect(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

describe('S11: a body where none is taken', () => {
  test.each([
    ['application/json', '{}'],
    ['application/merge-patch+json', '{}'],
    ['text/plain', 'x'],
    ['application/octet-stream', Buffer.alloc(100_000)],
  ])('DELETE refuses %s, and offers no other type', async (type, body) => {
    const response = await api()
      .delete(`/product/${id}`)
      .set('content-type', type)
      .serialize((raw: unknown) => raw as string)
      .send(body)
      .expect(415);
    expect(response.body).toMatchObject({ detail: 'DELETE takes no body.' });
    for (const name of ['accept', 'accept-post', 'accept-patch']) {
      expect(response.headers).not.toHaveProperty(name);
    }
  });

  test.each(['application/json', 'text/plain'])('DELETE takes an empty one of %s', async (type) => {
    await api().delete(`/product/${id}`).set({ 'content-type': type, 'content-length': '0' }).expect(404);
  });

  test('GET and HEAD ignore it (RFC 9110, section 9.3.1)', async () => {
    for (const method of ['get', 'head'] as const) {
      // Without its length, Node's client would send the body as if it was another request.
      const fields = { 'content-type': 'text/plain', 'content-length': '1' };
      const response = api()[method]('/product').set(fields);
      await response.send('x').expect(200);
    }
  });

  test.each([
    ['post', '/product', { accept: 'application/json', 'accept-post': 'application/json' }],
    ['put', `/product/${id}`, { accept: 'application/json' }],
    [
      'patch',
      `/product/${id}`,
      { accept: 'application/merge-patch+json', 'accept-patch': 'application/merge-patch+json' },
    ],
  ] as const)('%s %s says which type it takes, in its own fields', async (method, url, expected) => {
    const { headers } = await api()[method](url).type('text/plain').send('x').expect(415);
    const offered = Object.entries(headers as Record<string, string>).filter(([name]) =>
      name.startsWith('accept'),
    );
    expect(Object.fromEntries(offered)).toEqual(expected);
  });
});

describe('unknown paths', () => {
  test.each(['/products', '/product/', '/productx', '/user', '/livez', '/metrics'])(
    '%s is 404',
    async (url) => {
      const response = await api().get(url);
      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toMatch(/problem\+json/);
    },
  );
});

describe('documentation', () => {
  interface Document {
    openapi: string;
    paths: Record<string, Record<string, unknown>>;
    components: { schemas: Record<string, { properties: Record<string, Record<string, unknown>> }> };
  }

  test('is OpenAPI 3.1, made from the schemas that validate', async () => {
    const document = (await api().get('/product/openapi.json').expect(200)).body as Document;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/product', '/product/{id}']);
    expect(document.components.schemas['ProductContent']?.properties['stock']).toMatchObject({
      maximum: 1_000_000_000,
    });
    expect(document.components.schemas).toHaveProperty('Problem');
  });

  test('every documented operation is served, and every other method is not', async () => {
    const { paths } = (await api().get('/product/openapi.json')).body as Document;
    for (const [path, operations] of Object.entries(paths)) {
      const { allow } = (await api().options(path.replace('{id}', id))).headers as { allow: string };
      const documented = Object.keys(operations).map((method) => method.toUpperCase());
      expect(allow.split(', ').filter((method) => !['HEAD', 'OPTIONS'].includes(method))).toEqual(
        documented.sort(),
      );
    }
  });

  test('has a page that needs nothing but this service', async () => {
    const page = await api()
      .get('/product/docs')
      .expect(200)
      .expect('content-type', /text\/html/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url as string);
    expect(assets.length).toBeGreaterThan(3);
    for (const url of assets.filter((each) => !each.startsWith('data:'))) {
      expect(url).toMatch(/^\/product\/docs\//);
      await api().get(url).expect(200);
    }
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });
});

test('a draining service still responds, and closes the connection', async () => {
  const other = await startApp(createApp);
  try {
    await request(other.server)
      .get('/product')
      .set('connection', 'keep-alive')
      .expect('connection', 'keep-alive');
    other.lifecycle.drain();
    await request(other.server)
      .get('/product')
      .set('connection', 'keep-alive')
      .expect(200)
      .expect('connection', 'close');
  } finally {
    await other.close();
  }
});
