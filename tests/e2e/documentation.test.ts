import { describe, expect, test } from '@jest/globals';
import type { OpenApi } from '@shop/testing/openapi';
import { clientOf } from '../support/client.ts';
import { connectTarget } from '../support/connect.ts';

const target = await connectTarget();
const { url } = target;
const request = clientOf(target);

describe('a developer who writes a client', () => {
  test.each([
    [
      'user',
      {
        '/user': ['get', 'post'],
        '/user/{id}': ['delete', 'get', 'patch', 'put'],
        '/user/{id}/products': ['get'],
      },
    ],
    ['product', { '/product': ['get', 'post'], '/product/{id}': ['delete', 'get', 'patch', 'put'] }],
  ])('finds every operation of %s in its OpenAPI 3.1 document', async (service, operations) => {
    const { body } = await request
      .get(`/${service}/openapi.json`)
      .expect(200)
      .expect('content-type', /^application\/json/);
    const { openapi, paths } = body as OpenApi;
    expect(openapi).toMatch(/^3\.1\.\d+$/);
    const found = Object.entries(paths).map(([path, item]) => [path, Object.keys(item).sort()]);
    expect(Object.fromEntries(found)).toEqual(operations);
  });

  test.each(['user', 'product'])(
    'reads the pages of %s, which need nothing from elsewhere',
    async (service) => {
      const page = `/${service}/docs`;
      const { text } = await request
        .get(page)
        .set('accept', 'text/html')
        .expect(200)
        .expect('content-type', /^text\/html/);
      expect(text).toMatch(/^<!doctype html>/i);
      const references = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, reference = '']) => reference);
      const files = references.filter((reference) => !reference.startsWith('data:'));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        const address = new URL(file, url + page);
        expect(address.origin).toBe(new URL(url).origin);
        await request.get(address.pathname).set('accept', '*/*').expect(200);
      }
    },
  );
});
