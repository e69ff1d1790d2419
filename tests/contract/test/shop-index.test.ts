import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { readIndex } from '../shop-index.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

async function shopWith(index: unknown, page: string, status = 200): Promise<string> {
  server = createServer(({ headers }, response) => {
    const isBrowser = headers.accept?.startsWith('text/html') ?? false;
    const type = isBrowser ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
    response.writeHead(status, { 'content-type': type });
    response.end(isBrowser ? page : typeof index === 'string' ? index : JSON.stringify(index));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const api = (name: string) => ({
  name,
  href: `/${name}`,
  documentation: `/${name}/docs`,
  openapi: `/${name}/openapi.json`,
});
const page = ['user', 'product'].map((name) => `<a href="/${name}"><a href="/${name}/docs">`).join('');
const index = { apis: [api('user'), api('product')] };
const services = ['user', 'product'];

test('the index names the APIs, and their documents', async () => {
  const { apis, results } = await readIndex(await shopWith(index, page), services);
  expect(apis.map(({ name, openapi }) => [name, openapi])).toEqual([
    ['user', '/user/openapi.json'],
    ['product', '/product/openapi.json'],
  ]);
  expect(results).toEqual([
    { name: 'index: as JSON', verdict: 'passed' },
    { name: 'index: as a page', verdict: 'passed' },
  ]);
});

test.each([
  ['an API is missing', { apis: [api('user')] }, page, 'product is missing'],
  [
    'an API is one that nothing serves',
    { apis: [...index.apis, api('basket')] },
    page,
    'basket is not a service',
  ],
  ['it is not JSON', '<html>', page, 'user is missing'],
  ['a document is elsewhere', { apis: [{ ...api('user'), openapi: '//other/x' }] }, page, 'openapi'],
  ['the page lacks a link', index, '<a href="/user">', 'the link to /user/docs is missing'],
])('%s: it fails', async (_what, json, html, reason) => {
  const { results } = await readIndex(await shopWith(json, html), services);
  expect(results.find(({ verdict }) => verdict === 'failed')?.reason).toContain(reason);
});

test('a shop without an index fails', async () => {
  const { apis, results } = await readIndex(await shopWith({}, '', 404), services);
  expect(apis).toEqual([]);
  expect(results.map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
});
