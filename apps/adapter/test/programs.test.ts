import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';
import { eventually } from '@shop/testing/eventually';
import { startAdapter } from './support/adapter.ts';
import { csvMapping, xmlMapping } from './support/mappings.ts';
import { runProgram, startProgram } from './support/program.ts';
import { proxyTo, startShop, type Shop } from './support/shop.ts';
import { startSource } from './support/source.ts';
import { csvFeed, csvHeader, csvItem, item } from './support/writers.ts';

jest.setTimeout(120_000);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'adapter-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (feed: Buffer | string) => {
  const [mapping, sample] = [join(folder, 'csv.yaml'), join(folder, 'sample.csv')];
  writeFileSync(mapping, stringify(csvMapping()));
  writeFileSync(sample, feed);
  return runProgram('check.ts', [mapping, sample]);
};

describe('check', () => {
  test('a good file: its products, and exit code 0', async () => {
    const { code, lines } = await check(csvFeed([item()]));
    expect(lines).toEqual([
      { product: expect.objectContaining({ sku: 'S-A1' }), position: { line: 2, record: 1 } },
      { summary: { records: 1, products: 1, problems: 0, complete: true } },
    ]);
    expect(code).toBe(0);
  });

  test('a file with a bad record, or cut: what is wrong, and exit code 1', async () => {
    const bad = await check(csvFeed([item({ price: 'x' })]));
    expect([bad.code, bad.lines[0]]).toEqual([
      1,
      { problem: expect.objectContaining({ line: 2, field: 'price' }) },
    ]);
    const cut = await check(csvHeader + csvItem(item()));
    expect([cut.code, cut.lines.at(-1)]).toEqual([
      1,
      { error: expect.objectContaining({ reason: 'cut', line: 3 }) },
    ]);
  });

  test('wrong arguments, a wrong mapping, no file', async () => {
    expect(await runProgram('check.ts', [])).toMatchObject({
      code: 2,
      stderr: 'Usage: node dist/check.js MAPPING SAMPLE\n',
    });
    const mapping = join(folder, 'wrong.yaml');
    writeFileSync(mapping, stringify({ ...csvMapping(), supplier: 'No!', skuPrefix: 'x' }));
    const wrong = await runProgram('check.ts', [mapping, mapping]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/supplier: must be .*\n.*skuPrefix: must be /);
    writeFileSync(mapping, stringify(csvMapping()));
    expect(await runProgram('check.ts', [mapping, join(folder, 'none')])).toMatchObject({
      code: 1,
      lines: [{ error: { reason: 'unreadable', detail: expect.stringContaining('ENOENT') } }],
    });
  });
});

describe('the adapter', () => {
  test('starts with every problem of its settings, or of its mappings, at once', async () => {
    const settings = await runProgram('main.ts', [], { PORT: 'x', LOG_LEVEL: 'loud' });
    expect(settings.code).toBe(1);
    for (const name of ['PORT', 'ADMIN_PORT', 'MAPPINGS_DIR', 'LOG_LEVEL'])
      expect(settings.stderr).toContain(`- ${name}: `);
    const mappings = await runProgram('main.ts', [], {
      PORT: '0',
      ADMIN_PORT: '0',
      MAPPINGS_DIR: join(folder, 'none'),
    });
    expect([mappings.code, mappings.stderr]).toEqual([1, expect.stringContaining('cannot be read (ENOENT)')]);
  });

  test('a port that is taken is one line', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const mappings = mkdtempSync(join(folder, 'mappings-'));
    writeFileSync(join(mappings, 'xml.yaml'), stringify(xmlMapping()));
    const { code, lines } = await runProgram('main.ts', [], {
      PORT: String(port),
      ADMIN_PORT: '0',
      MAPPINGS_DIR: mappings,
    });
    other.close();
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'fatal',
        msg: `port ${port} is taken by another process: set PORT to another one`,
      }),
    ]);
  });

  test('on SIGTERM an unfinished feed is served to its end', async () => {
    let finish: (() => void) | undefined;
    await using source = await startSource((_request, response) => {
      response.write(csvHeader + csvItem(item()));
      finish = () => response.end('#END;1\r\n');
    });
    const mappings = mkdtempSync(join(folder, 'mappings-'));
    writeFileSync(join(mappings, 'csv.yaml'), stringify(csvMapping(undefined, source.url)));
    const { child, ended } = startProgram('main.ts', [], {
      PORT: '0',
      ADMIN_PORT: '0',
      MAPPINGS_DIR: mappings,
      DRAIN_DELAY_MS: '1',
    });
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const { port, adminPort } = JSON.parse(line.toString()) as { port: number; adminPort: number };
    const response = await fetch(`http://127.0.0.1:${port}/feeds/csv`);
    expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    await eventually(
      'it is not ready any more',
      async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status === 503,
    );
    finish?.();
    expect(await response.text()).toContain('"complete":true');
    expect((await ended).code).toBe(0);
  });
});

const summaryOf = (lines: readonly Record<string, unknown>[]) =>
  lines.find(({ msg }) => msg === 'catalogue imported');

describe('the import', () => {
  let shop: Shop;
  beforeAll(async () => void (shop = await startShop()));
  afterAll(async () => shop[Symbol.asyncDispose]());
  const count = 120;
  const whole = csvFeed(Array.from({ length: count }, (_, n) => item({ key: `K${n}` })));
  const environment = (adapterUrl: string, productUrl = shop.productUrl) => ({
    ADAPTER_URL: adapterUrl,
    PRODUCT_URL: productUrl,
    USER_URL: shop.userUrl,
    PATIENCE_MS: '20000',
    CONCURRENCY: '2',
  });
  test('lists all that is wrong with its settings', async () => {
    const { code, stderr } = await runProgram('import.ts', [], { STRICT: 'perhaps' });
    expect(code).toBe(1);
    for (const name of ['ADAPTER_URL', 'PRODUCT_URL', 'USER_URL', 'STRICT'])
      expect(stderr).toContain(`- ${name}: `);
  });

  test.each<['SIGKILL' | 'SIGTERM', number | null, string | undefined]>([
    ['SIGKILL', null, undefined],
    ['SIGTERM', 143, 'stopped'],
  ])(
    'ended by %s in mid-way, the next run completes it and one more changes nothing',
    async (signal, exitCode, outcome) => {
      const supplier = signal.toLowerCase();
      await using source = await startSource((_request, response) => response.end(whole));
      const mapping = csvMapping(undefined, source.url);
      const seller = {
        ...mapping.seller,
        id: mapping.seller.id.replace('f1', signal === 'SIGKILL' ? 'e1' : 'e2'),
        email: `${supplier}@x.example`,
      };
      await using adapter = await startAdapter([{ ...mapping, supplier, seller, skuPrefix: `${signal}-` }]);
      const ours = async () => (await shop.products()).filter(({ sku }) => sku.startsWith(signal));

      let puts = 0;
      let importer: ChildProcess | undefined;
      await using counting = await startSource(
        proxyTo(shop.productUrl, ({ method }) => {
          if (method === 'PUT' && ++puts === 30) importer?.kill(signal);
          return false;
        }),
      );
      const first = startProgram('import.ts', [], environment(adapter.url, new URL(counting.url).origin));
      importer = first.child;
      const { code, lines } = await first.ended;
      expect(code).toBe(exitCode);
      const done = (await ours()).length;
      expect(done).toBeGreaterThanOrEqual(29);
      expect(done).toBeLessThan(count);
      const summary = summaryOf(lines) as { outcome: string; suppliers: { created: number }[] } | undefined;
      expect(summary?.outcome).toBe(outcome);
      expect(summary?.suppliers[0]?.created ?? done).toBe(done);

      const second = await runProgram('import.ts', [supplier], environment(adapter.url));
      expect(second.code).toBe(0);
      expect(summaryOf(second.lines)).toMatchObject({
        level: 'info',
        app: 'catalogue-import',
        outcome: 'complete',
        suppliers: [{ supplier, created: count - done, updated: 0, unchanged: done, rejected: 0 }],
      });
      const after = await ours();
      expect(after).toHaveLength(count);
      expect(after.every(({ version }) => version === 1)).toBe(true);

      const third = await runProgram('import.ts', [], environment(adapter.url));
      expect(summaryOf(third.lines)).toMatchObject({
        suppliers: [{ created: 0, updated: 0, unchanged: count }],
      });
      expect(await ours()).toEqual(after);
    },
  );

  test('what is broken, and what is rejected when that is not allowed, is exit code 1', async () => {
    let feed: Buffer | string = csvFeed([item(), item({ key: 'A2', price: 'x' })]);
    await using source = await startSource((_request, response) => response.end(feed));
    await using adapter = await startAdapter([csvMapping(undefined, source.url)]);
    const loose = await runProgram('import.ts', [], environment(adapter.url));
    expect([loose.code, summaryOf(loose.lines)]).toEqual([
      0,
      expect.objectContaining({ outcome: 'complete', level: 'info' }),
    ]);
    const strict = await runProgram('import.ts', [], { ...environment(adapter.url), STRICT: 'true' });
    expect([strict.code, summaryOf(strict.lines)]).toEqual([
      1,
      expect.objectContaining({ outcome: 'complete', level: 'error' }),
    ]);
    feed = csvHeader + csvItem(item());
    const cut = await runProgram('import.ts', [], environment(adapter.url));
    expect([cut.code, summaryOf(cut.lines)]).toEqual([1, expect.objectContaining({ outcome: 'incomplete' })]);
    const nobody = await runProgram('import.ts', [], {
      ...environment('http://127.0.0.1:9'),
      PATIENCE_MS: '300',
    });
    expect([nobody.code, summaryOf(nobody.lines)]).toEqual([
      1,
      expect.objectContaining({ outcome: 'failed', suppliers: [] }),
    ]);
    // No e-mail address of a seller, no name: the logs are not the place for them.
    for (const { stdout } of [loose, strict, cut]) expect(stdout).not.toContain('supplier.example');
  });
});
