/**
 * The import of the old suppliers' feeds: its products are served, a second run changes nothing, and a killed run
 * continues.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { trustAuthority } from '../../scripts/kind/certificates.ts';
import { baseUrl } from '../../scripts/kind/names.ts';
import { readWriteToken } from '../../scripts/kind/secrets.ts';
import { eventually } from '@shop/testing/eventually';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';

const job = 'import-test';
/** Sellers of k8s/base/legacy-supplier/mappings, one per feed. */
const sellers = {
  hanbit: '01941f29-7c00-7000-8000-0000000000a1',
  schwarzwald: '01941f29-7c00-7000-8000-0000000000a2',
  taepyung: '01941f29-7c00-7000-8000-0000000000a3',
};
/** Each feed has twelve records, two of them bad. */
const goodRecords = 10;
const records = Object.keys(sellers).length * goodRecords;

interface Goods {
  readonly id: string;
  readonly sku: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}
interface Summary {
  readonly outcome: string;
  readonly suppliers: readonly {
    readonly supplier: string;
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly rejected: number;
  }[];
}

async function goodsOf(seller: string): Promise<Goods[]> {
  const answer = await fetch(`${baseUrl}/product?limit=100&sellerId=${seller}`);
  return ((await answer.json()) as { items: Goods[] }).items;
}

const imported = async (): Promise<Goods[]> =>
  (await Promise.all(Object.values(sellers).map(goodsOf))).flat();

/** The fields from the feeds, without those that the shop adds. */
const content = ({ createdAt: _created, updatedAt: _updated, version: _version, ...rest }: Goods) => rest;

async function removeImported(): Promise<void> {
  const authorization = `Bearer ${await readWriteToken()}`;
  for (const { id } of await imported())
    await fetch(`${baseUrl}/product/${id}`, { method: 'DELETE', headers: { authorization } });
}

/** A Job of the CronJob, as `kubectl create job --from` makes it. */
async function startImport(environment: readonly { name: string; value: string }[] = []): Promise<void> {
  await removeJob();
  const made = await inShop(
    'create',
    'job',
    job,
    '--from=cronjob/catalogue-import',
    '--dry-run=client',
    '-o',
    'json',
  );
  const manifest = JSON.parse(made) as { spec: { template: { spec: { containers: [{ env: object[] }] } } } };
  manifest.spec.template.spec.containers[0].env.push(...environment);
  await withManifest(kubectl, 'create', { ...manifest });
}

const removeJob = () => inShop('delete', 'job', job, '--ignore-not-found', '--cascade=foreground');

/** @returns the summary of the last pod, which is the one that finished. */
async function summary(): Promise<Summary> {
  await inShop('wait', '--for=condition=complete', `job/${job}`, '--timeout=120s');
  const selector = ['-l', `job-name=${job}`, '--field-selector', 'status.phase=Succeeded'];
  const pod = await inShop('get', 'pods', ...selector, '-o', 'jsonpath={.items[0].metadata.name}');
  const lines = (await inShop('logs', pod))
    .split('\n')
    .map((line) => JSON.parse(line) as Summary & { msg: string });
  const last = lines.find(({ msg }) => msg === 'catalogue imported');
  if (!last) throw new Error(`the import said nothing of its end: ${JSON.stringify(lines)}`);
  return last;
}

const suppliersWith = (counts: object) =>
  Object.keys(sellers).map((supplier) => expect.objectContaining({ supplier, ...counts }));

beforeAll(trustAuthority);
afterAll(removeJob);

describe('the catalogue import', () => {
  test('imports products of each feed, which are served with their sellers; running again changes nothing', async () => {
    await removeImported();
    await startImport();
    expect(await summary()).toMatchObject({
      outcome: 'complete',
      suppliers: expect.arrayContaining(suppliersWith({ created: goodRecords, rejected: 2 })),
    });
    for (const [supplier, seller] of Object.entries(sellers)) {
      const [first] = await goodsOf(seller);
      await eventually(`a product of ${supplier} is served with its seller`, async () => {
        const answer = await fetch(`${baseUrl}/product/${first?.id}`);
        expect([answer.status, await answer.json()]).toEqual([
          200,
          expect.objectContaining({ seller: expect.objectContaining({ id: seller, source: 'live' }) }),
        ]);
        return true;
      });
    }

    const before = await imported();
    await startImport();
    expect(await summary()).toMatchObject({
      suppliers: expect.arrayContaining(suppliersWith({ created: 0, updated: 0, unchanged: goodRecords })),
    });
    expect(await imported()).toEqual(before);
  });

  test('killed half-way and started again by its Job ends in the same state', async () => {
    if ((await imported()).length !== records) {
      await startImport();
      await summary();
    }
    const whole = (await imported()).map(content);

    // One product at a time leaves a moment for the kill. If the run was faster, it is tried again.
    const there = await eventually(
      'a run is killed half-way',
      async () => {
        await removeImported();
        await startImport([{ name: 'CONCURRENCY', value: '1' }]);
        for (let seen = 0; seen < records; seen = (await imported()).length) {
          if (seen > 0) {
            await inShop('delete', 'pods', '-l', `job-name=${job}`, '--grace-period=0', '--force');
            // Requests that were in flight at the kill have arrived once the number no longer changes.
            let now = (await imported()).length;
            for (let before = -1; before !== now; now = (await imported()).length) {
              before = now;
              await delay(200);
            }
            return now < records && now;
          }
          await delay(20);
        }
        return false;
      },
      { withinMs: 240_000, everyMs: 0 },
    );
    expect(there).toBeGreaterThan(0);

    const { suppliers } = await summary();
    const created = suppliers.reduce((sum, supplier) => sum + supplier.created, 0);
    const unchanged = suppliers.reduce((sum, supplier) => sum + supplier.unchanged, 0);
    expect(created + unchanged).toBe(records);
    expect(unchanged).toBeGreaterThanOrEqual(1);
    expect(created).toBeGreaterThanOrEqual(1);
    expect((await imported()).map(content)).toEqual(whole);
  }, 420_000);
});
