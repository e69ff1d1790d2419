import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FeedClient } from '../src/import/feed-client.ts';
import { importCatalogue } from '../src/import/import-catalogue.ts';
import { productId } from '../src/import/product-id.ts';
import { exitCodeOf } from '../src/import/report.ts';
import { ShopClient } from '../src/import/shop-client.ts';
import type { Mapping } from '../src/mapping/schema.ts';
import { startAdapter, type StartedAdapter } from './support/adapter.ts';
import { csvMapping, xmlMapping } from './support/mappings.ts';
import { proxyTo, startShop, type Shop } from './support/shop.ts';
import { startSource, type Source } from './support/source.ts';
import { csvFeed, csvHeader, csvItem, item, xmlFeed } from './support/writers.ts';

jest.setTimeout(120_000);

const sellerId = '01941f29-7c00-7000-8000-0000000000f1';
let shop: Shop;
let source: Source;
let adapter: StartedAdapter;
/** What the supplier sends next. */
let feed: Buffer | string;
let supplierNumber = 0;
let supplier = '';
let otherFeed: Buffer | string = xmlFeed([]);

beforeAll(async () => {
  shop = await startShop();
  source = await startSource(({ url }, response) => response.end(url?.endsWith('?xml') ? otherFeed : feed));
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

/** Each test has its own supplier, for there is one shop. */
const renamed = (mapping: Mapping, name: string): Mapping => ({
  ...mapping,
  supplier: name,
  skuPrefix: `${name.toUpperCase()}-`,
  seller: {
    id: sellerId.replace('f1', name.slice(1).padStart(2, '0')),
    name,
    email: `${name}@supplier.example`,
  },
});
let mapping: Mapping;
beforeEach(() => {
  supplierNumber += 1;
  supplier = `s${supplierNumber}`;
  mapping = renamed(csvMapping(undefined, source.url), supplier);
});

interface RunOptions {
  readonly productUrl?: string;
  readonly userUrl?: string;
  readonly adapterUrl?: string;
  readonly tokenFile?: string;
  readonly patienceMs?: number;
  readonly requestTimeoutMs?: number;
  readonly names?: readonly string[];
  readonly mappings?: readonly Mapping[];
  readonly stop?: AbortController;
  readonly onProgress?: () => void;
}

async function run({
  mappings = [mapping],
  names = [],
  stop = new AbortController(),
  onProgress = () => {},
  ...config
}: RunOptions = {}) {
  adapter = await startAdapter(mappings);
  try {
    const options = {
      config: {
        adapterUrl: adapter.url,
        productUrl: shop.productUrl,
        userUrl: shop.userUrl,
        requestTimeoutMs: 20_000,
        patienceMs: 20_000,
        tokenFile: undefined,
        ...config,
      },
      signal: stop.signal,
    };
    return await importCatalogue(names, {
      feeds: new FeedClient(options),
      shop: new ShopClient(options),
      concurrency: 4,
      signal: stop.signal,
      onProgress,
      onSupplier: () => {},
    });
  } finally {
    await adapter[Symbol.asyncDispose]();
  }
}

const items = (count: number, changes: Parameters<typeof item>[0] = {}) =>
  Array.from({ length: count }, (_, n) => item({ key: `K${n + 1}`, ...changes }));
const ours = async () =>
  (await shop.products()).filter(({ sku }) => sku.startsWith(`${supplier.toUpperCase()}-`));
const counts = (result: Awaited<ReturnType<typeof run>>) => {
  const { created, updated, unchanged, rejected } = result.suppliers[0] ?? {};
  return { outcome: result.outcome, created, updated, unchanged, rejected };
};

const summaryLine = (products: number) =>
  `${JSON.stringify({ summary: { records: 1, products, problems: 0, complete: true } })}\n`;

describe('the import', () => {
  test('creates the seller and the products; again, it changes nothing; with a change, only that', async () => {
    feed = csvFeed(items(30));
    expect(counts(await run())).toEqual({
      outcome: 'complete',
      created: 30,
      updated: 0,
      unchanged: 0,
      rejected: 0,
    });
    const seller = await fetch(`${shop.userUrl}/user/${mapping.seller.id}`);
    expect(await seller.json()).toMatchObject({
      name: supplier,
      email: `${supplier}@supplier.example`,
      version: 1,
    });
    const first = await ours();
    expect(first).toHaveLength(30);
    expect(first).toContainEqual(
      expect.objectContaining({
        id: productId(supplier, `${mapping.skuPrefix}K1`),
        name: '녹차 Green tea',
        price: { amount: 1999, currency: 'EUR' },
        sellerId: mapping.seller.id,
      }),
    );

    expect(counts(await run())).toEqual({
      outcome: 'complete',
      created: 0,
      updated: 0,
      unchanged: 30,
      rejected: 0,
    });
    expect(await ours()).toEqual(first);

    feed = csvFeed([...items(29), item({ key: 'K30', stock: '6' }), item({ key: 'K31' })]);
    expect(counts(await run())).toEqual({
      outcome: 'complete',
      created: 1,
      updated: 1,
      unchanged: 29,
      rejected: 0,
    });
    const versions = (await ours()).map(({ version }) => version);
    expect(versions.filter((version) => version === 2)).toHaveLength(1);
    expect(counts(await run())).toMatchObject({ created: 0, updated: 0, unchanged: 31 });
  });

  test('more products than a page of the shop holds', async () => {
    feed = csvFeed(items(230));
    expect(counts(await run())).toMatchObject({ created: 230 });
    expect(counts(await run())).toMatchObject({ created: 0, unchanged: 230 });
  });

  test('rejects what is bad, with reason and position, and takes the rest', async () => {
    feed = csvFeed([
      ...items(3),
      item({ key: 'K4', price: 'x', stock: 'y' }),
      item({ key: 'K1', name: 'Again' }),
    ]);
    const result = await run();
    expect(counts(result)).toEqual({
      outcome: 'complete',
      created: 3,
      updated: 0,
      unchanged: 0,
      rejected: 2,
    });
    expect(result.suppliers[0]?.rejections).toEqual([
      { line: 5, record: 4, key: 'K4', field: 'price', reason: expect.stringContaining('not a number') },
      {
        line: 5,
        record: 4,
        key: 'K4',
        field: 'stock',
        reason: expect.stringContaining('not a whole number'),
      },
      { line: 6, record: 5, key: 'K1', reason: 'the key is that of line 2, too' },
    ]);
    expect([exitCodeOf(result, false), exitCodeOf(result, true)]).toEqual([0, 1]);
    // What came twice is what came first, in each run.
    expect(counts(await run())).toMatchObject({ unchanged: 3, updated: 0, rejected: 2 });
  });

  test('a sku of another seller is rejected by the shop', async () => {
    const content = {
      sku: `${mapping.skuPrefix}K2`,
      name: 'Mine',
      price: { amount: 1, currency: 'EUR' },
      sellerId,
    };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${shop.productUrl}/product`, { method: 'POST', headers, body: JSON.stringify(content) });
    feed = csvFeed(items(3));
    const result = await run();
    expect(counts(result)).toMatchObject({ created: 2, rejected: 1, outcome: 'complete' });
    expect(result.suppliers[0]?.rejections).toEqual([
      { line: 3, record: 2, key: 'K2', reason: 'Another entity has this sku.; /sku is already in use' },
    ]);
  });

  test('a product that was deleted, or given to another seller, is corrected', async () => {
    feed = csvFeed(items(3));
    await run();
    const [first, second] = await ours();
    await fetch(`${shop.productUrl}/product/${first?.id}`, { method: 'DELETE' });
    await fetch(`${shop.productUrl}/product/${second?.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ sellerId }),
    });
    expect(counts(await run())).toMatchObject({ created: 1, updated: 1, unchanged: 1 });
  });

  test('a seller who is there keeps the name that was given meanwhile; one who cannot be made ends this feed only', async () => {
    feed = csvFeed(items(1));
    await run();
    await fetch(`${shop.userUrl}/user/${mapping.seller.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ name: 'Renamed' }),
    });
    await run();
    const seller = (await (await fetch(`${shop.userUrl}/user/${mapping.seller.id}`)).json()) as object;
    expect(seller).toMatchObject({ name: 'Renamed' });

    const impostor = renamed(csvMapping(undefined, source.url), 's90');
    const twice = { ...impostor, seller: { ...impostor.seller, email: mapping.seller.email } };
    const result = await run({ mappings: [twice, mapping] });
    expect(result.outcome).toBe('incomplete');
    expect(result.suppliers).toMatchObject([
      {
        supplier: 's90',
        complete: false,
        error: expect.stringContaining('does not take its seller'),
        created: 0,
      },
      { supplier, complete: true, unchanged: 1 },
    ]);
  });

  test('only the named suppliers, and only those that there are', async () => {
    feed = csvFeed(items(1));
    const other = renamed(xmlMapping('utf-8', `${source.url}?xml`), 's91');
    const result = await run({ mappings: [mapping, other], names: [supplier] });
    expect(result.suppliers.map((each) => each.supplier)).toEqual([supplier]);
    expect(await run({ names: ['unknown'] })).toMatchObject({
      outcome: 'failed',
      reason: `the adapter has no feed of unknown; it has ${supplier}`,
    });
  });

  test('a broken feed fails the run, keeps what was good, and leaves the other feeds alone', async () => {
    const rows = items(100).map(csvItem).join('');
    feed = `${csvHeader}${rows}#END;101\r\n`;
    otherFeed = xmlFeed([item()]);
    const other = renamed(xmlMapping('utf-8', `${source.url}?xml`), 's92');
    const result = await run({ mappings: [mapping, other] });
    expect(exitCodeOf(result, false)).toBe(1);
    expect(result).toMatchObject({
      outcome: 'incomplete',
      suppliers: [
        { complete: false, error: 'the trailer says 101 records, 100 came (line 102)', created: 100 },
        { supplier: 's92', complete: true, created: 1 },
      ],
    });
    feed = csvFeed(items(100));
    expect(counts(await run())).toMatchObject({ outcome: 'complete', created: 0, unchanged: 100 });
  });

  test('D1: the part of a feed behind a malformed reference changes nothing of what the shop has', async () => {
    mapping = renamed(xmlMapping('utf-8', source.url), supplier);
    const before = items(6, { price: '899.00' });
    feed = xmlFeed(before);
    expect(counts(await run())).toMatchObject({ outcome: 'complete', created: 6 });
    // The second product has an & in an element that no mapping reads; the fourth has a ; there.
    const makers = ['Kim', 'Tom & Jerry', 'Lee', 'Green; Sons', 'Park', 'Choi'];
    feed = xmlFeed(items(6, { price: '5.00' }))
      .toString()
      .replace(/<name>/g, () => `<maker>${makers.shift()}</maker><name>`);
    const result = await run();
    expect(result.suppliers).toEqual([
      expect.objectContaining({
        complete: false,
        updated: 1,
        created: 0,
        rejected: 0,
        error: expect.stringMatching(/"& ".*\(line 4, column 27\)$/),
      }),
    ]);
    expect([result.outcome, exitCodeOf(result, false)]).toEqual(['incomplete', 1]);
    const prices = new Map((await ours()).map(({ sku, price }) => [sku.at(-1), price.amount]));
    expect(prices).toEqual(
      new Map([['1', 500], ...['2', '3', '4', '5', '6'].map((key) => [key, 89_900] as const)]),
    );
  });

  test('a feed that is none is named with what the adapter says of it', async () => {
    feed = '<html>';
    expect(await run()).toMatchObject({
      outcome: 'incomplete',
      suppliers: [{ complete: false, error: expect.stringContaining('there is no column key') }],
    });
  });

  test('an adapter’s answer without a summary, or with another than it should be, is incomplete', async () => {
    const product = {
      supplierKey: 'K',
      sku: 'X-K',
      name: 'n',
      description: '',
      price: { amount: 1, currency: 'EUR' },
      stock: 0,
      sellerId,
    };
    const line = `${JSON.stringify({ product, position: { line: 1, record: 1 } })}\n`;
    const seller = { id: mapping.seller.id, name: 'n', email: `${supplier}@supplier.example` };
    for (const [answer, error] of [
      [line, 'it ends without a summary'],
      [line + summaryLine(2), 'its summary does not agree with what came'],
      [line + summaryLine(1).trimEnd(), 'it ends without a summary'],
      [line + summaryLine(1) + line, 'there are lines after the summary'],
      ['{"product":{}}\n', 'a line is not valid output of the adapter'],
      ['no JSON\n', 'a line is not valid output of the adapter'],
    ]) {
      await using fake = await startSource(({ url }, response) =>
        response.end(url === '/feeds' ? JSON.stringify({ feeds: [{ supplier, seller }] }) : answer),
      );
      const result = await run({ adapterUrl: new URL(fake.url).origin });
      expect(result).toMatchObject({ outcome: 'incomplete', suppliers: [{ complete: false, error }] });
    }
  });
});

describe('a shop in trouble', () => {
  test('that fails every other time is retried; nothing is lost or doubled', async () => {
    feed = csvFeed(items(40));
    let asked = 0;
    const statuses = [503, 429, 502, 504];
    await using flapping = await startSource(
      proxyTo(shop.productUrl, (request, response) => {
        asked += 1;
        if (asked % 2 === 0) return false;
        if (asked % 10 === 1) request.socket.destroy();
        else response.writeHead(statuses[asked % 4] ?? 503).end();
        return true;
      }),
    );
    const result = await run({ productUrl: new URL(flapping.url).origin });
    expect(counts(result)).toMatchObject({ outcome: 'complete', created: 40, rejected: 0 });
    expect(asked).toBeGreaterThan(80);
    expect(await ours()).toHaveLength(40);
  });

  test('that wrote and lost the response is found as it is', async () => {
    feed = csvFeed(items(10));
    let lost = 0;
    await using losing = await startSource((request, response) => {
      const pass = proxyTo(shop.productUrl, () => false);
      if (request.method !== 'PUT' || lost >= 4) return pass(request, response);
      lost += 1;
      // The request arrives and is carried out; its response is thrown away.
      const nowhere = new ServerResponse(request);
      nowhere.writeHead = () => {
        response.destroy();
        return nowhere;
      };
      pass(request, nowhere);
    });
    const result = await run({ productUrl: new URL(losing.url).origin });
    expect(lost).toBe(4);
    expect(counts(result)).toMatchObject({ outcome: 'complete', rejected: 0 });
    expect(await ours()).toHaveLength(10);
    expect((await ours()).every(({ version }) => version === 1)).toBe(true);
  });

  test('that stays away fails the run, which says what it did until then', async () => {
    feed = csvFeed(items(20));
    let puts = 0;
    await using dying = await startSource(
      proxyTo(shop.productUrl, (request, response) => {
        if (request.method === 'PUT') puts += 1;
        if (puts <= 5) return false;
        response.writeHead(503).end();
        return true;
      }),
    );
    const result = await run({ productUrl: new URL(dying.url).origin, patienceMs: 300 });
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^PUT \/product\/.* was not answered within 0\.3 s/),
    });
    expect(counts(result)).toMatchObject({ created: 5 });
    expect(exitCodeOf(result, false)).toBe(1);
    expect(counts(await run())).toMatchObject({ outcome: 'complete', created: 15, unchanged: 5 });
  });

  test('that is none fails the run at once', async () => {
    feed = csvFeed(items(1));
    await using page = await startSource((_request, response) => response.end('<html>'));
    expect(await run({ productUrl: new URL(page.url).origin })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('which is not a list of products'),
    });
  });
});

describe('an adapter in trouble', () => {
  test('that hangs once is retried', async () => {
    feed = csvFeed(items(2));
    await using real = await startAdapter([mapping]);
    let asked = 0;
    // The first request is never answered.
    await using hanging = await startSource(proxyTo(real.url, () => ++asked === 1));
    const result = await run({ adapterUrl: new URL(hanging.url).origin, requestTimeoutMs: 300 });
    expect(counts(result)).toMatchObject({ outcome: 'complete', created: 2 });
  });

  test('that is busy, or cannot reach its supplier yet, is retried; one whose feed is broken is not', async () => {
    feed = csvFeed(items(2));
    await using real = await startAdapter([mapping]);
    const statuses = [503, 504, 429];
    await using busy = await startSource(
      proxyTo(real.url, ({ url }, response) => {
        const status = url === '/feeds' ? undefined : statuses.shift();
        if (status !== undefined) response.writeHead(status).end();
        return status !== undefined;
      }),
    );
    expect(counts(await run({ adapterUrl: new URL(busy.url).origin }))).toMatchObject({ created: 2 });

    let asked = 0;
    await using broken = await startSource(
      proxyTo(real.url, ({ url }, response) => {
        if (url === '/feeds') return false;
        asked += 1;
        response.writeHead(502).end();
        return true;
      }),
    );
    expect(await run({ adapterUrl: new URL(broken.url).origin })).toMatchObject({ outcome: 'incomplete' });
    expect(asked).toBe(1);
  });
});

describe('a bearer token', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'token-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read again for each request', async () => {
    feed = csvFeed(items(12));
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'first\n');
    const seen = new Set<string | undefined>();
    let puts = 0;
    await using guarded = await startSource(
      proxyTo(shop.productUrl, ({ headers, method }) => {
        seen.add(headers.authorization);
        if (method === 'PUT' && ++puts === 4) writeFileSync(tokenFile, 'second\n');
        return false;
      }),
    );
    expect(counts(await run({ productUrl: new URL(guarded.url).origin, tokenFile }))).toMatchObject({
      created: 12,
    });
    expect([...seen]).toEqual(['Bearer first', 'Bearer second']);
  });

  test('that is refused, or is not there, fails the run instead of rejecting every record', async () => {
    feed = csvFeed(items(3));
    await using guarded = await startSource(
      proxyTo(shop.productUrl, (_request, response) => {
        response
          .writeHead(401, { 'content-type': 'application/problem+json' })
          .end('{"detail":"The token has expired."}');
        return true;
      }),
    );
    expect(await run({ productUrl: new URL(guarded.url).origin })).toMatchObject({
      outcome: 'failed',
      reason: 'GET /product was answered 401: The token has expired.',
    });
    expect(await run({ tokenFile: join(folder, 'none') })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('cannot be read (ENOENT)'),
    });
  });
});

describe('a signal to stop', () => {
  test('finishes what has begun and says so; the next run does the rest', async () => {
    feed = csvFeed(items(60));
    const stop = new AbortController();
    let seen = 0;
    const result = await run({
      stop,
      onProgress() {
        seen += 1;
        if (seen === 20) stop.abort();
      },
    });
    expect(result).toMatchObject({ outcome: 'stopped', suppliers: [{ complete: false }] });
    const done = (await ours()).length;
    expect(result.suppliers[0]?.created).toBe(done);
    expect(done).toBeLessThan(60);
    expect(counts(await run())).toMatchObject({ outcome: 'complete', created: 60 - done, unchanged: done });
  });
});
