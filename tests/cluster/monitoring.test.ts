/**
 * k8s/platform/monitoring on the cluster: what is scraped, a number of this cluster from each layer but Kubernetes
 * (lesson 38 has that one), alerts that fire and end.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { exampleProductId } from '../../scripts/seed/data.ts';
import { startClusterLoad } from '../support/cluster-load.ts';
import { eventually } from '@shop/testing/eventually';
import { ensureMonitoring } from '../support/monitoring.ts';
import { openPrometheus, type ActiveAlert, type Prometheus, type Sample } from '../support/prometheus.ts';
import { inShop, kubectl } from '../../scripts/kind/kubectl.ts';

const names = async (args: readonly string[]): Promise<string[]> =>
  (await kubectl(['get', ...args, '--output=jsonpath={.items[*].metadata.name}']))
    .split(' ')
    .filter(Boolean)
    .sort();

const crashing = 'never-well';
/** Ends with an error soon after each start. */
const crashingPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'never-well', namespace: crashing },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'app', image: 'busybox:1.37', imagePullPolicy: 'IfNotPresent', command: ['false'] }],
  },
};

let prometheus: Prometheus;
let monitoring: AsyncDisposable | undefined;

beforeAll(async () => {
  monitoring = await ensureMonitoring();
  prometheus = await openPrometheus();
  // As early as possible: Kubernetes waits longer after each crash, and the alert fires only after minutes.
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: crashing } };
  for (const object of [namespace, crashingPod]) await withManifest(kubectl, 'apply', object);
});

afterAll(async () => {
  await prometheus[Symbol.asyncDispose]();
  await kubectl(['delete', 'namespace', crashing, '--ignore-not-found', '--wait=false']);
  await monitoring?.[Symbol.asyncDispose]();
});

async function active(
  alertname: string,
  labels: Readonly<Record<string, string>>,
): Promise<ActiveAlert | undefined> {
  const wanted = Object.entries({ ...labels, alertname });
  return (await prometheus.alerts()).find((alert) =>
    wanted.every(([name, value]) => alert.labels[name] === value),
  );
}
const untilFiring = (alertname: string, labels: Readonly<Record<string, string>>): Promise<ActiveAlert> =>
  eventually(
    `${alertname} fires`,
    async () => {
      const alert = await active(alertname, labels);
      if (alert?.state !== 'firing') throw new Error(alert ? 'it is pending' : 'it is not active');
      return alert;
    },
    { withinMs: 420_000, everyMs: 1000 },
  );
const untilOver = (alertname: string, labels: Readonly<Record<string, string>>): Promise<true> =>
  eventually(`${alertname} ends`, async () => (await active(alertname, labels)) === undefined, {
    withinMs: 300_000,
    everyMs: 1000,
  });

const podsOf = (app: string) => names(['pods', '--namespace=shop', `--selector=app=${app}`]);

/** The targets that should be scraped now, by job, pod and container, or node. */
async function expectedTargets(): Promise<string[]> {
  const targets: string[] = ['kube-state-metrics', 'prometheus'];
  for (const node of await names(['nodes'])) targets.push(`cadvisor ${node}`, `node-exporter ${node}`);
  for (const pod of [...(await podsOf('user')), ...(await podsOf('product'))])
    for (const container of ['app', 'ambassador', 'log-sidecar']) targets.push(`apps ${pod} ${container}`);
  for (const pod of await podsOf('mongo')) targets.push(`apps ${pod} replica-set-controller`);
  for (const pod of await podsOf('legacy-supplier')) targets.push(`apps ${pod} adapter`);
  return targets.sort();
}

test('every target answers, and none is missing', async () => {
  await eventually(
    'all targets are up',
    async () => {
      const targets = await prometheus.targets();
      const found = targets.map(({ labels: { job, pod, container, node } }) =>
        [job, ...(job === 'apps' ? [pod, container] : [node])].filter(Boolean).join(' '),
      );
      expect(found.sort()).toEqual(await expectedTargets());
      expect(targets.filter(({ health }) => health !== 'up')).toEqual([]);
      return true;
    },
    { withinMs: 120_000, everyMs: 2000 },
  );
});

/** The values of a label, in order. */
const labelled = (label: string, samples: readonly Sample[]): string[] =>
  samples.map(({ labels }) => labels[label] ?? '').sort();

/** Queries until there is a result: rates need two samples. */
const ask = (expression: string) =>
  eventually(
    expression,
    async () => {
      const samples = await prometheus.query(expression);
      return samples.length > 0 && samples;
    },
    { withinMs: 120_000, everyMs: 2000 },
  );

describe('a question to each layer is answered with this cluster’s numbers:', () => {
  test('the host: CPU and memory of every node', async () => {
    const nodes = await names(['nodes']);
    for (const expression of ['node:cpu_utilization:rate5m', 'node:memory_utilization:ratio']) {
      const samples = await eventually(
        `${expression} of every node`,
        async () => {
          const found = await prometheus.query(expression);
          return found.length === nodes.length && found;
        },
        { withinMs: 120_000, everyMs: 2000 },
      );
      expect(labelled('node', samples)).toEqual(nodes);
      for (const { value } of samples) expect(value > 0 && value < 1).toBe(true);
    }
  });

  test('the container: what each of mongo-0 takes', async () => {
    const pod = '{namespace="shop", pod="mongo-0"}';
    const cpu = await ask(`namespace_pod_container:cpu_usage_cores:rate5m${pod} > 0`);
    expect(labelled('container', cpu)).toEqual(['mongo', 'replica-set-controller']);
    const memory = await ask(`namespace_pod_container:memory_utilization:ratio${pod}`);
    for (const { value } of memory) expect(value > 0.01 && value < 1).toBe(true);
  });

  test('the app: requests, counted as they come', async () => {
    const counted =
      'sum(http_request_duration_seconds_count{workload="product", route="/product/:id", status="200"}) or vector(0)';
    const [before] = await ask(counted);
    await using load = await startClusterLoad('counted', `http://product/product/${exampleProductId}`, {
      perSecond: 5,
    });
    await eventually('some were answered', async () => (await load.counts()).answered >= 20);
    await eventually(
      'they are counted',
      async () => ((await prometheus.query(counted))[0]?.value ?? 0) >= (before?.value ?? 0) + 20,
      { withinMs: 60_000, everyMs: 1000 },
    );
    expect(await ask('sum(replica_set_is_primary)')).toMatchObject([{ value: 1 }]);
  });
});

describe('an alert', () => {
  test('fires while user is gone, for the open breaker and for the service, and ends after it is back', async () => {
    const replicas = await inShop('get', 'deployment', 'user', '--output=jsonpath={.spec.replicas}');
    const breaker = { workload: 'product', upstream: 'http://user' };
    const service = { deployment: 'user' };
    await using customer = await startClusterLoad('customer', `http://product/product/${exampleProductId}`, {
      perSecond: 5,
    });
    const start = performance.now();
    const since = () => `${((performance.now() - start) / 1000).toFixed(0)} s`;
    const report: string[] = [];
    await inShop('scale', 'deployment', 'user', '--replicas=0');
    try {
      const { labels, annotations } = await untilFiring('CircuitBreakerOpen', breaker);
      expect(labels['severity']).toBe('warning');
      expect(annotations['summary']).toBe('product does without http://user');
      report.push(`CircuitBreakerOpen fires ${since()} after user was scaled to 0`);
      expect((await untilFiring('ServiceUnavailable', service)).labels['severity']).toBe('critical');
      report.push(`ServiceUnavailable fires by ${since()}`);
      // What the breaker is for.
      expect(await customer.counts()).toMatchObject({ failed: 0 });
    } finally {
      await inShop('scale', 'deployment', 'user', `--replicas=${replicas}`);
    }
    await inShop('rollout', 'status', 'deployment', 'user', '--timeout=120s');
    report.push(`user is back at ${since()}`);
    await untilOver('CircuitBreakerOpen', breaker);
    await untilOver('ServiceUnavailable', service);
    report.push(`both are over at ${since()}`);
    process.stderr.write(`${report.join('\n')}\n`);
  }, 900_000);

  test('fires for a pod that crashes again and again, and ends when it is gone', async () => {
    const labels = { namespace: crashing, pod: 'never-well', container: 'app' };
    const { annotations } = await untilFiring('PodCrashLooping', labels);
    expect(annotations['summary']).toBe('app of never-well ends again and again');
    await kubectl(['--namespace', crashing, 'delete', 'pod', 'never-well']);
    await untilOver('PodCrashLooping', labels);
  }, 900_000);
});
