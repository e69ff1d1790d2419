import { describe, expect, test } from '@jest/globals';
import { clientOf } from '../support/client.ts';
import { connectTarget } from '../support/connect.ts';

const target = await connectTarget();
const request = clientOf(target);
const ofBrowser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

interface ShopIndex {
  readonly apis: readonly {
    readonly name: string;
    readonly documentation: string;
    readonly openapi: string;
  }[];
  readonly board?: { readonly href: string };
}

describe('the index of the shop', () => {
  test('is JSON for a program; its links lead to the APIs and their documentation', async () => {
    const { body } = await request
      .get('/')
      .expect(200)
      .expect('content-type', /^application\/json/);
    const { apis, board } = body as ShopIndex;
    expect(apis.map(({ name }) => name)).toEqual(['user', 'product']);
    for (const { name, documentation, openapi } of apis) {
      await request.get(`/${name}`).expect(200);
      await request.get(documentation).set('accept', ofBrowser).expect(200);
      await request.get(openapi).expect(200);
    }
    // The tests' own laptop has no board, and a shop that is known only by its URL may have none.
    const isFound = /^http:\/\/localhost:\d+\/$/.test(board?.href ?? '');
    expect(isFound || target.name !== 'kind').toBe(true);
  });

  test('is a page for a browser, with the same links', async () => {
    const { text } = await request
      .get('/')
      .set('accept', ofBrowser)
      .expect(200)
      .expect('content-type', /^text\/html/);
    for (const path of ['/user', '/user/docs', '/product', '/product/docs'])
      expect(text).toContain(`href="${path}"`);
  });

  test('is that path alone', async () => {
    await request.get('/?q=tea').expect(200);
    for (const path of ['/index.html', '/x', '/favicon.ico']) await request.get(path).expect(404);
  });
});
