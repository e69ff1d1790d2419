import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { product, productContent, user, userContent } from '@shop/contracts';
import { exampleProductId, products, users } from '../data.ts';
import { seed, SeedError } from '../seed.ts';

/** The number of different values; case is ignored. */
const unique = (values: readonly string[]) => new Set(values.map((value) => value.toLowerCase())).size;

describe('what is seeded', () => {
  test('fits the contracts', () => {
    for (const { id, content } of users) {
      user.shape.id.parse(id);
      userContent.parse(content);
    }
    for (const { id, content } of products) {
      product.shape.id.parse(id);
      productContent.parse(content);
    }
    expect(users).toHaveLength(3);
    expect(products).toHaveLength(8);
  });

  test('has no duplicates, and a seller for every product', () => {
    expect(unique([...users, ...products].map(({ id }) => id))).toBe(11);
    expect(unique(users.map(({ content }) => content.email))).toBe(3);
    expect(unique(products.map(({ content }) => content.sku))).toBe(8);
    const sellers = users.map(({ id }) => id);
    for (const { content } of products) expect(sellers).toContain(content.sellerId);
    expect(products.map(({ id }) => id)).toContain(exampleProductId);
  });
});

describe('seeding', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  interface Answer {
    readonly status: number;
    readonly body?: unknown;
  }
  /** A shop that gives prepared responses to PUT, and 201 after them; `users` is how many users it has. */
  async function shop(options: { users?: number; puts?: Answer[]; lists?: Answer[] } = {}) {
    const asked: {
      method: string;
      path: string;
      body: string;
      ifNoneMatch: unknown;
      authorization: string | undefined;
    }[] = [];
    const server = createServer((request, response) => {
      void reply(request, response);
    });
    async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { method = '', url: path = '', headers } = request;
      const { 'if-none-match': ifNoneMatch, authorization } = headers;
      asked.push({ method, path, body: await text(request), ifNoneMatch, authorization });
      const list = { status: 200, body: { items: Array.from({ length: options.users ?? 0 }, () => ({})) } };
      const answer =
        method === 'PUT' ? (options.puts?.shift() ?? { status: 201 }) : (options.lists?.shift() ?? list);
      response.writeHead(answer.status).end(JSON.stringify(answer.body ?? {}));
    }
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, asked };
  }

  test('puts sellers and products under their own ids, only where there is nothing yet', async () => {
    const { url, asked } = await shop();
    expect(await seed(url)).toEqual({ created: 11 });
    const puts = asked.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ path }) => path)).toEqual([
      ...products.map(({ id }) => `/product/${id}`),
      ...users.map(({ id }) => `/user/${id}`),
    ]);
    expect(puts.every(({ ifNoneMatch }) => ifNoneMatch === '*')).toBe(true);
    expect(JSON.parse(puts[0]?.body ?? '')).toEqual(products[0]?.content);
  });

  test('presents a token with writes, where there is one', async () => {
    const { url, asked } = await shop();
    await seed(url, { token: 'secret' });
    const tokens = asked.map(({ method, authorization }) => `${method} ${authorization ?? 'without'}`);
    expect(new Set(tokens)).toEqual(new Set(['GET without', 'PUT Bearer secret']));
  });

  test('leaves a shop with users alone', async () => {
    const { url, asked } = await shop({ users: 1 });
    expect(await seed(url)).toEqual({ created: 0 });
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });

  test('tries again while the shop cannot answer; what exists already does not count', async () => {
    const { url } = await shop({
      lists: [{ status: 503 }],
      puts: [{ status: 502 }, { status: 412 }, { status: 409 }],
    });
    expect(await seed(url)).toEqual({ created: 9 });
  });

  test('a refusal ends it with what the shop said', async () => {
    const { url } = await shop({ puts: [{ status: 422, body: { detail: 'price is missing' } }] });
    const attempt = seed(url);
    await expect(attempt).rejects.toThrow(SeedError);
    await expect(attempt).rejects.toThrow(
      `PUT /product/${exampleProductId} was answered 422: {"detail":"price is missing"}`,
    );
  });

  test('something else at that address is recognised', async () => {
    const { url } = await shop({ lists: [{ status: 200, body: 'hello' }] });
    await expect(seed(url)).rejects.toThrow('/user is not a list. Is that its address?');
  });

  test('it gives up in time', async () => {
    const { url } = await shop({ lists: Array.from({ length: 100 }, () => ({ status: 503 })) });
    await expect(seed(url, { patienceMs: 600 })).rejects.toThrow(
      `The shop at ${url} could not be filled: GET /user?limit=1 was not answered in time (answered 503)`,
    );
    servers.splice(0).forEach((server) => server.close());
    await expect(seed(url, { patienceMs: 300 })).rejects.toThrow('ECONNREFUSED');
  });

  test('on the command line it says what it did', async () => {
    const { url } = await shop();
    const script = fileURLToPath(new URL('../main.ts', import.meta.url));
    const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
    expect({ code, said }).toEqual({ code: 0, said: `The shop at ${url} has 11 more users and products.\n` });
  });
});
