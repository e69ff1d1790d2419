import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepContent } from '../keep-content.ts';

type Content = Readonly<Record<string, unknown>>;

/** A shop with pages of two. It refuses every third request with a 429, and requires a token for writes. */
let content: Map<string, Content>;
let requests: string[];
let server: Server;
let url: string;

beforeEach(async () => {
  content = new Map<string, Content>([
    ['/user/1', { name: 'Ann' }],
    ['/user/2', { name: 'Bea' }],
    ['/user/3', { name: 'Cho' }],
    ['/product/1', { sku: 'A' }],
  ]);
  requests = [];
  let count = 0;
  server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://shop');
    const body = await text(request);
    count += 1;
    if (count % 3 === 0) return void response.writeHead(429, { 'retry-after': '0' }).end();
    if (request.method === 'GET') {
      const start = Number(searchParams.get('cursor') ?? 0);
      const all = [...content].filter(([path]) => path.startsWith(`${pathname}/`));
      const items = all.slice(start, start + 2).map(([path, entity]) => ({
        ...entity,
        id: path.split('/')[2],
        version: count,
        createdAt: 'x',
        updatedAt: 'x',
      }));
      if (start + 2 < all.length)
        response.setHeader('link', `<${pathname}?limit=100&cursor=${start + 2}>; rel="next"`);
      return void response.end(JSON.stringify({ items }));
    }
    requests.push(`${request.method} ${pathname} ${request.headers.authorization}`);
    if (request.method === 'DELETE') content.delete(pathname);
    else content.set(pathname, JSON.parse(body) as Content);
    response.writeHead(request.method === 'DELETE' ? 204 : 200).end();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

test('what was created is deleted, what was changed or deleted comes back, and nothing else is written', async () => {
  const before = new Map(content);
  await keepContent({ url, token: 'secret' }, async () => {
    content.set('/user/9', { name: 'New' });
    content.set('/product/9', { sku: 'B' });
    content.set('/user/2', { name: 'Changed' });
    content.delete('/product/1');
  });
  expect(content).toEqual(before);
  expect(requests.sort()).toEqual([
    'DELETE /product/9 Bearer secret',
    'DELETE /user/9 Bearer secret',
    'PUT /product/1 Bearer secret',
    'PUT /user/2 Bearer secret',
  ]);
});

test('it comes back after a failure too', async () => {
  const before = new Map(content);
  const work = async (): Promise<never> => {
    content.delete('/user/1');
    throw new Error('broken');
  };
  await expect(keepContent({ url }, work)).rejects.toThrow('broken');
  expect(new Set(content)).toEqual(new Set(before));
});
