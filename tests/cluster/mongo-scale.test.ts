/**
 * Runs exactly `kubectl scale --replicas=3 statefulset mongo` while a client writes to the shop through its Ingress.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { trustAuthority } from '../../scripts/kind/certificates.ts';
import { baseUrl } from '../../scripts/kind/names.ts';
import { readWriteToken } from '../../scripts/kind/secrets.ts';
import { exampleSellerId } from '../../scripts/seed/data.ts';
import { productContent } from '../support/creations.ts';
import { eventually } from '@shop/testing/eventually';
import type { Pod } from '@shop/testing/kubernetes';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';
import { NodeShells } from '../chaos/cluster/cluster.ts';

const token = await readWriteToken();
const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
await trustAuthority();

interface Figures {
  readonly acknowledged: string[];
  refused: number;
  /** Longest time between two acknowledgements, in milliseconds. */
  longestGapMs: number;
}

/** Puts products into the shop, one after the other, until it is stopped. */
class Writer {
  readonly all: string[] = [];
  figures: Figures = { acknowledged: [], refused: 0, longestGapMs: 0 };
  #stopped = false;
  readonly #done = this.#write();

  /** Starts new figures. @returns those until now. */
  next(): Figures {
    const before = this.figures;
    this.figures = { acknowledged: [], refused: 0, longestGapMs: 0 };
    return before;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #write(): Promise<void> {
    let last = performance.now();
    while (!this.#stopped) {
      const body = JSON.stringify(productContent({ sellerId: exampleSellerId }));
      const answer = await fetch(`${baseUrl}/product`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      if (answer?.status === 201) {
        const { id } = (await answer.json()) as { id: string };
        this.all.push(id);
        this.figures.acknowledged.push(id);
        this.figures.longestGapMs = Math.max(this.figures.longestGapMs, performance.now() - last);
        last = performance.now();
      } else {
        this.figures.refused += 1;
        await answer?.body?.cancel();
        await delay(50);
      }
    }
  }
}

/** Requested from the pod's node, because network policies let only Prometheus connect. */
async function controllerMetrics(pod = 'mongo-0'): Promise<string> {
  const { spec, status } = JSON.parse(await inShop('get', 'pod', pod, '--output', 'json')) as Pod;
  const url = `http://${status.podIP}:9000/metrics`;
  return await shells.run(spec.nodeName ?? '', `curl --silent --fail --max-time 1 ${url}`);
}

/** Members by state, as the controller beside mongo-0 sees them, and how many pods are ready. */
async function members(): Promise<{ primary: number; secondary: number; ready: number; pods: number }> {
  const metrics = await controllerMetrics();
  const inState = (state: string) =>
    Number(new RegExp(`^replica_set_members\\{state="${state}".*\\} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
  const [ready = '0', pods = '0'] = (
    await inShop('get', 'statefulset', 'mongo', '-o', 'jsonpath={.status.readyReplicas} {.status.replicas}')
  ).split(' ');
  return {
    primary: inState('PRIMARY'),
    secondary: inState('SECONDARY'),
    ready: Number(ready),
    pods: Number(pods),
  };
}

async function settled(replicas: number): Promise<void> {
  await eventually(
    `${replicas} pods are as many members, one of them primary`,
    async () => {
      const seen = await members();
      expect(seen).toEqual({ primary: 1, secondary: replicas - 1, ready: replicas, pods: replicas });
      return true;
    },
    { withinMs: 180_000, everyMs: 500 },
  );
}

async function scaleTo(replicas: number): Promise<number> {
  const start = performance.now();
  await inShop('scale', `--replicas=${replicas}`, 'statefulset', 'mongo');
  await settled(replicas);
  return performance.now() - start;
}

/** Like a drained node: the pod ends gracefully, and comes back. */
async function replacePrimary(replicas: number): Promise<number> {
  const start = performance.now();
  const primary = await primaryPod();
  await inShop('delete', 'pod', primary);
  await settled(replicas);
  expect(await primaryPod()).not.toBe(primary);
  return performance.now() - start;
}

const primaryPod = (): Promise<string> =>
  eventually('a pod is the primary', async () => {
    const pods = await inShop('get', 'pods', '-l', 'app=mongo', '-o', 'jsonpath={.items[*].metadata.name}');
    for (const pod of pods.split(' ')) {
      const metrics = await controllerMetrics(pod);
      if (/^replica_set_is_primary\{.*\} 1$/m.test(metrics)) return pod;
    }
    return undefined;
  });

const describeStep = (
  title: string,
  tookMs: number,
  { acknowledged, refused, longestGapMs }: Figures,
): string =>
  `${title}: ${(tookMs / 1000).toFixed(1)} s, ${acknowledged.length} writes acknowledged, ${refused} refused, ` +
  `longest time without one ${longestGapMs.toFixed(0)} ms`;

const before = Number(await inShop('get', 'statefulset', 'mongo', '-o', 'jsonpath={.spec.replicas}'));
const shells = new NodeShells();
const writer = new Writer();
afterAll(async () => {
  await writer.stop();
  await scaleTo(before);
  await deleteAll(writer.all);
  shells[Symbol.dispose]();
});

/** All products that are there, page by page: one by one the Ingress would allow a client 100 requests a second. */
async function productsThere(): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, next } = await eventually('a page of products is read', async () => {
      const response = await fetch(`${baseUrl}/product?limit=100${page}`);
      expect(response.status).toBe(200);
      return (await response.json()) as { items: { id: string }[]; next?: string };
    });
    for (const { id } of items) ids.add(id);
    cursor = next;
  } while (cursor !== undefined);
  return ids;
}

const deleteEach = `
  const { token, ids } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const request = { method: 'DELETE', headers: { authorization: 'Bearer ' + token } };
  const deleteNext = async () => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop())
      await (await fetch('http://127.0.0.1:3000/product/' + id, request)).arrayBuffer();
  };
  Promise.all(Array.from({ length: 8 }, deleteNext));
`;

/** There are thousands of them, and the Ingress allows each client 100 requests a second: a pod of product has no limit. */
const deleteAll = (ids: readonly string[]): Promise<string> => {
  const inProduct = ['exec', '--stdin', 'deployment/product', '--container', 'app'];
  const command = ['--namespace', 'shop', ...inProduct, '--', 'node', '--eval', deleteEach];
  return kubectl(command, { input: JSON.stringify({ token, ids }) });
};

/** Each once. They begin and end with the three members of the shop on kind, which saves the way there and back. */
const steps = [5, 3, 1, 3];

test('3, 5, 3, 1, 3: the members follow, and every acknowledged write is there at the end', async () => {
  await scaleTo(3);
  await eventually('writes are acknowledged', () => writer.figures.acknowledged.length > 10);
  writer.next();
  const report: string[] = [];
  for (const replicas of steps) {
    const tookMs = await scaleTo(replicas);
    report.push(describeStep(`to ${replicas}`, tookMs, writer.next()));
    if (replicas !== 5) continue;
    const replacedMs = await replacePrimary(replicas);
    report.push(describeStep('the primary’s pod deleted, and back', replacedMs, writer.next()));
  }
  await writer.stop();
  process.stderr.write(`${report.join('\n')}\n`);

  const there = await productsThere();
  expect(writer.all.filter((id) => !there.has(id))).toEqual([]);
}, 900_000);
