/** k8s/components/autoscaling: more pods under load, fewer without, and never more than there is room for. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Manifest } from '@shop/testing/kubernetes';
import { parseAllDocuments } from 'yaml';
import { readQuantity } from '../../scripts/deploy/quantity.ts';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { applyAddOns, handOverReplicas, waitForAddOns } from '../../scripts/kind/add-ons.ts';
import { paths } from '../../scripts/kind/names.ts';
import { startClusterLoad } from '../support/cluster-load.ts';
import { eventually } from '@shop/testing/eventually';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';

const component = `${paths.root}k8s/components/autoscaling`;

interface State {
  /** The wanted and the ready pods. */
  readonly wanted: number;
  readonly ready: number;
  /** Of the service's own request of CPU, in percent. */
  readonly utilization: number | undefined;
}
const read = async (object: string): Promise<unknown> =>
  JSON.parse(await inShop('get', object, 'product', '--output=json'));

async function look(): Promise<State> {
  const [{ status }, deployment] = (await Promise.all([read('hpa'), read('deployment')])) as [
    {
      status: {
        desiredReplicas: number;
        currentMetrics?: { containerResource?: { current: { averageUtilization?: number } } }[] | null;
      };
    },
    { status: { readyReplicas?: number } },
  ];
  return {
    wanted: status.desiredReplicas,
    ready: deployment.status.readyReplicas ?? 0,
    utilization: status.currentMetrics?.[0]?.containerResource?.current.averageUtilization,
  };
}

/** Waits until product is in this state. */
const until = (what: string, isSo: (state: State) => boolean, withinMs: number): Promise<State> =>
  eventually(
    `product ${what}`,
    async () => {
      const state = await look();
      if (!isSo(state)) throw new Error(JSON.stringify(state));
      return state;
    },
    { withinMs, everyMs: 1000 },
  );

describe('the autoscaler of product', () => {
  let wasThere = true;
  let replicasBefore = '';

  beforeAll(async () => {
    wasThere = (await inShop('get', 'hpa', 'product', '--ignore-not-found', '--output=name')) !== '';
    replicasBefore = await inShop('get', 'deployment', 'product', '--output=jsonpath={.spec.replicas}');
    await applyAddOns(['autoscaling']);
    await waitForAddOns(['autoscaling']);
    if (!wasThere) await inShop('apply', '--kustomize', component);
  });
  afterAll(async () => {
    if (wasThere) return;
    await inShop('delete', '--kustomize', component, '--ignore-not-found');
    await inShop('scale', 'deployment', 'product', `--replicas=${replicasBefore}`);
  });

  test('starts pods under load and takes them away after it, without a failed request', async () => {
    const idle = await until(
      'is idle',
      (s) => s.utilization !== undefined && s.wanted === 2 && s.ready === 2,
      300_000,
    );
    // At least one pod is always there, even while pods are removed.
    await using visitor = await startClusterLoad('visitor', 'http://product/product?limit=1', {
      perSecond: 5,
    });
    const report = [`idle: ${idle.utilization} % of the request`];

    let start = performance.now();
    const since = () => `after ${((performance.now() - start) / 1000).toFixed(0)} s`;
    {
      await using rush = await startClusterLoad('rush', 'http://product/product?limit=1', { perSecond: 250 });
      const more = await until('wants more pods', ({ wanted }) => wanted > 2, 180_000);
      report.push(`rush: ${more.utilization} %, ${more.wanted} pods wanted ${since()}`);
      const grown = await until('has them', ({ wanted, ready }) => ready > 2 && ready >= wanted, 180_000);
      report.push(`rush: ${grown.ready} pods ready ${since()}`);
      expect(grown.ready).toBeLessThanOrEqual(6);
      expect(await rush.counts()).toMatchObject({ failed: 0 });
    }
    start = performance.now();
    await until('is back at two pods', ({ wanted, ready }) => wanted === 2 && ready === 2, 300_000);
    report.push(`over: 2 pods ${since()}`);

    const { answered, failed, firstFailure } = await visitor.counts();
    report.push(`the visitor: ${answered} answered, ${failed} failed`);
    process.stderr.write(`${report.join('\n')}\n`);
    expect({ failed, firstFailure }).toEqual({ failed: 0 });
  }, 900_000);
});

const apply = (object: object) => withManifest(kubectl, 'apply', object);

describe('a deployment that no longer says how many', () => {
  const namespace = 'handing-over';
  const deployment = (replicas?: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'service', namespace, labels: { tier: 'service' } },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: { app: 'service' } },
      template: {
        metadata: { labels: { app: 'service' } },
        // Only the number of pods matters: no node has this name, so none of them is scheduled.
        spec: {
          nodeSelector: { 'kubernetes.io/hostname': 'none' },
          containers: [{ name: 'app', image: 'busybox:1.37' }],
        },
      },
    },
  });
  const replicas = () =>
    kubectl(['--namespace', namespace, 'get', 'deployment', 'service', '--output=jsonpath={.spec.replicas}']);

  beforeAll(async () => {
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false']);
  });

  test('keeps the pods that the autoscaler gave it, but only once they are handed over', async () => {
    const scale = () => kubectl(['--namespace', namespace, 'scale', 'deployment', 'service', '--replicas=4']);
    await apply(deployment(2));
    await scale();
    await apply(deployment());
    expect(await replicas()).toBe('1');

    await apply(deployment(2));
    await scale();
    await handOverReplicas(namespace);
    await apply(deployment());
    expect(await replicas()).toBe('4');
  });
});

test.each(['e2e-autoscaling', 'prod-autoscaling'])(
  'with %s at its most, in the middle of an update and with five members of the database, the quota is kept',
  async (overlay) => {
    const text = await kubectl(['kustomize', `${paths.root}k8s/overlays/${overlay}`]);
    const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    const find = (kind: string, name: string) =>
      objects.find((object) => object.kind === kind && object.metadata.name === name);
    const countedTwice: string[] = [];
    const needed = { pods: 0, 'requests.cpu': 0, 'requests.memory': 0, 'limits.memory': 0 };
    for (const { kind, metadata, spec } of objects) {
      if ((kind !== 'Deployment' && kind !== 'StatefulSet') || spec?.template === undefined) continue;
      const most = find('HorizontalPodAutoscaler', metadata.name)?.spec?.maxReplicas;
      // Where an autoscaler sets the number, the manifest must not.
      if (most !== undefined && spec.replicas !== undefined) countedTwice.push(metadata.name);
      // An update starts one more pod of a Deployment (maxSurge) before it ends another.
      const pods = kind === 'StatefulSet' ? 5 : (most ?? spec.replicas ?? 1) + 1;
      needed.pods += pods;
      const { containers, initContainers = [] } = spec.template.spec;
      for (const { resources } of [...containers, ...initContainers]) {
        needed['requests.cpu'] += pods * readQuantity(resources?.requests?.['cpu'] ?? NaN);
        needed['requests.memory'] += pods * readQuantity(resources?.requests?.['memory'] ?? NaN);
        needed['limits.memory'] += pods * readQuantity(resources?.limits?.['memory'] ?? NaN);
      }
    }
    expect(countedTwice).toEqual([]);
    const hard = find('ResourceQuota', 'shop')!.spec!.hard!;
    for (const [name, amount] of Object.entries(needed))
      expect({ name, fits: amount <= readQuantity(hard[name]!) }).toEqual({ name, fits: true });
    expect(needed.pods).toBeGreaterThan(15);
  },
);
