import { describe, expect, test } from '@jest/globals';
import { clientOf } from '../support/client.ts';
import { Creations } from '../support/creations.ts';
import { problemOf } from '../support/problem.ts';
import { rawHttp } from '@shop/testing/raw-http';
import { connectTarget } from '../support/connect.ts';

const target = await connectTarget();
const { url } = target;
const request = clientOf(target);
const noSuchId = '0190a5d0-0000-7000-8000-000000000000';

describe('the front door of the shop', () => {
  test.each(['/user', '/product'])('leads to %s', async (path) => {
    await request
      .get(path)
      .expect(200)
      .expect('content-type', /^application\/json/);
  });

  test.each([
    ['unknown', '/cart'],
    ['one that only begins like a service', '/users'],
    ['another that does', `/products/${noSuchId}`],
    ['one in another case', '/User'],
  ])('leads nowhere from a path that is %s: %s', async (_what, path) => {
    await request.get(path).expect(404);
  });

  test.each(['/livez', '/readyz', '/metrics', '/breakers'])(
    'does not lead to the admin port’s %s',
    async (path) => {
      await request.get(path).expect(404);
      for (const service of ['user', 'product']) {
        const { status, text } = await request.get(`/${service}${path}`);
        expect([400, 404]).toContain(status);
        expect(text).not.toMatch(/process_cpu|"phase"|"state"/);
      }
    },
  );

  test.each([
    '/user/../metrics',
    '/user/..%2fmetrics',
    '/user/%2e%2e/metrics',
    '//metrics',
    '/user//../../metrics',
  ])('is not talked into it by %s', async (path) => {
    const { host } = new URL(url);
    const { status, body } = await rawHttp(
      url,
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    );
    expect(status).not.toBe(200);
    expect(status).toBeLessThan(500);
    expect(body).not.toContain('process_cpu');
  });

  test('a path below a service that it does not have is a problem', async () => {
    expect(problemOf(await request.get(`/user/${noSuchId}/cart`))).toMatchObject({
      status: 404,
      kind: 'not-found',
    });
  });
});

describe('methods', () => {
  test('HEAD is GET without the body', async () => {
    await using creations = new Creations(request);
    const { id } = await creations.user();
    const get = await request.get(`/user/${id}`).expect(200);
    const head = await request.head(`/user/${id}`).expect(200);
    expect(head.text ?? '').toBe('');
    for (const name of ['content-type', 'content-length', 'etag'])
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
    await request.head(`/user/${noSuchId}`).expect(404);
  });

  test.each([
    ['/user', 'GET, HEAD, OPTIONS, POST'],
    [`/product/${noSuchId}`, 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    ['/user/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('OPTIONS of %s says what is possible: %s', async (path, allow) => {
    await request.options(path).expect(204).expect('allow', allow);
  });

  test.each([
    ['put', '/user', 'GET, HEAD, OPTIONS, POST'],
    ['delete', '/product', 'GET, HEAD, OPTIONS, POST'],
    ['post', `/user/${noSuchId}`, 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    ['patch', `/user/${noSuchId}/products`, 'GET, HEAD, OPTIONS'],
  ] as const)('%s of %s is 405 and says what is possible', async (method, path, allow) => {
    const response = await request[method](path);
    expect(problemOf(response)).toMatchObject({ status: 405, kind: 'method-not-allowed' });
    expect(response.headers['allow']).toBe(allow);
  });
});
