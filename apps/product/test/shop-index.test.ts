import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApp, type StartedApp } from '../../../tests/support/start-app.ts';
import { createApp } from '../src/app.ts';
import { openapi } from '../src/openapi.ts';
import { languageOf } from '../src/shop-index/documents.ts';

const boardUrl = 'http://localhost:8090/';
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('the index of the shop', () => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await startApp((config, dependencies) => createApp({ ...config, boardUrl }, dependencies));
  });
  afterAll(() => app.close());
  const get = (accept?: string) => {
    const asked = request(app.server).get('/');
    return accept === undefined ? asked : asked.set('accept', accept);
  };

  test.each([undefined, '', '*/*', 'application/json', 'application/json, text/html', 'application/*'])(
    'is JSON for Accept: %s',
    async (accept) => {
      const { body } = await get(accept)
        .expect(200)
        .expect('content-type', 'application/json; charset=utf-8');
      expect(body).toEqual({
        name: 'shop',
        apis: [
          {
            name: 'user',
            href: '/user',
            documentation: '/user/docs',
            openapi: '/user/openapi.json',
          },
          {
            name: 'product',
            href: '/product',
            documentation: '/product/docs',
            openapi: '/product/openapi.json',
          },
        ],
        board: { href: boardUrl, start: 'npm run board' },
      });
    },
  );

  test.each([browser, 'text/html', 'text/*', 'application/json;q=0.5, text/html', 'TEXT/HTML;charset=utf-8'])(
    'is a page for Accept: %s',
    async (accept) => {
      const response = await get(accept).expect(200).expect('content-type', 'text/html; charset=utf-8');
      expect(response.headers['vary']).toBe('accept, accept-language');
      expect(response.headers['content-security-policy']).toMatch(
        /^default-src 'none'; img-src data:; style-src 'sha256-/,
      );
      const links = [...response.text.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href);
      expect(links).toEqual([
        '/user',
        '/user/docs',
        '/user/openapi.json',
        '/product',
        '/product/docs',
        '/product/openapi.json',
        boardUrl,
      ]);
    },
  );

  test.each(['image/png', 'text/plain', 'text/html;q=0, application/json;q=0'])(
    'is 406 for Accept: %s',
    async (accept) => {
      const { body } = await get(accept).expect(406);
      expect(body).toMatchObject({ detail: 'Only application/json or text/html is served here.' });
    },
  );

  test('is Korean for who prefers it, and has a tag for each form', async () => {
    const english = await get(browser);
    const korean = await get(browser).set('accept-language', 'ko-KR,ko;q=0.9,en;q=0.8');
    expect(korean.text).toContain('<html lang="ko">');
    expect(english.text).toContain('<html lang="en">');
    expect(new Set([english, korean, await get()].map(({ headers }) => headers['etag'])).size).toBe(3);
    await get(browser).set('if-none-match', String(english.headers['etag'])).expect(304);
  });

  test('can only be read, and is not an operation of the API', async () => {
    await request(app.server).head('/').expect(200);
    await request(app.server).options('/').expect(204).expect('allow', 'GET, HEAD, OPTIONS');
    await request(app.server).post('/').send({}).expect(405);
    expect(Object.keys((openapi(true) as { paths: object }).paths)).not.toContain('/');
  });
});

test('without a board the index has no link to one', async () => {
  const app = await startApp(createApp);
  const { body } = await request(app.server).get('/').expect(200);
  expect(body).not.toHaveProperty('board');
  const { text } = await request(app.server).get('/').set('accept', 'text/html').expect(200);
  expect(text).not.toContain('npm run board');
  await app.close();
});

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de', 'en'],
  ['ko', 'ko'],
  ['KO-kr', 'ko'],
  ['en-GB, ko', 'en'],
  ['en;q=0.4, ko;q=0.8', 'ko'],
  ['ko;q=0', 'en'],
  ['ko;q=x', 'en'],
  [','.repeat(10_000), 'en'],
])('Accept-Language: %s is %s', (accept, language) => {
  expect(languageOf(accept)).toBe(language);
});
