/**
 * The rights of k8s/platform/monitoring: only Prometheus reaches what it scrapes, and it reaches nothing else; neither
 * has more rights at the Kubernetes API than it needs.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idleNode } from '@shop/testing/restricted-pod';
import { withManifest } from '../../scripts/cluster/kubectl.ts';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { CommandError } from '../../scripts/support/run.ts';
import { ensureMonitoring } from '../support/monitoring.ts';
import { Connections, type Place, type Row } from '../support/try-connection.ts';

const pod = (namespace: string, name: string, app: string) =>
  idleNode({
    name,
    namespace,
    labels: { app },
    // Never ready, so that no Service sends it the requests of the real one.
    container: { readinessProbe: { exec: { command: ['false'] } } },
  });

const elsewhere = 'strangers-to-monitoring';
/** Sources of the attempts; policies see only a pod’s namespace and labels. */
const sources = {
  'one like Prometheus': pod('monitoring', 'like-prometheus', 'prometheus'),
  'one like kube-state-metrics': pod('monitoring', 'like-kube-state-metrics', 'kube-state-metrics'),
  'another pod of monitoring': pod('monitoring', 'stranger', 'stranger'),
  'a pod of another namespace': pod(elsewhere, 'stranger', 'prometheus'),
} as const;
type Source = keyof typeof sources;

/** Destinations of the attempts, by namespace and app. */
const destinations = {
  prometheus: 'monitoring',
  'kube-state-metrics': 'monitoring',
  'node-exporter': 'node-exporter',
  user: 'shop',
  mongo: 'shop',
  'kube-dns': 'kube-system',
  traefik: 'traefik',
} as const;
type Destination = keyof typeof destinations | 'kubernetes.default';
const addresses = new Map<string, string>();

function addressOf(destination: Destination): string {
  const address = addresses.get(destination);
  // Without one the attempt would be refused by the source itself.
  if (!address) throw new Error(`no pod of ${destination} is ready`);
  return address;
}

const places = Object.fromEntries(
  Object.entries(sources).map(([source, { metadata }]) => [source, [metadata.namespace, metadata.name]]),
) as unknown as Readonly<Record<Source, Place>>;

const read = (namespace: string, object: readonly string[], path: string) =>
  kubectl(['--namespace', namespace, 'get', ...object, `--output=jsonpath=${path}`]);

const allowed: readonly Row<Source, Destination>[] = [
  ['one like Prometheus', 'user', 3001],
  ['one like Prometheus', 'user', 9001],
  ['one like Prometheus', 'user', 9002],
  ['one like Prometheus', 'mongo', 9000],
  ['one like Prometheus', 'node-exporter', 9100],
  ['one like Prometheus', 'kube-state-metrics', 8080],
  ['one like Prometheus', 'kubernetes.default', 443],
  ['one like kube-state-metrics', 'kubernetes.default', 443],
  // Without the policies the others could connect.
  ['a pod of another namespace', 'kubernetes.default', 443],
];
const forbidden: readonly Row<Source, Destination>[] = [
  ['one like Prometheus', 'user', 3000],
  ['one like Prometheus', 'mongo', 27017],
  ['one like Prometheus', 'kube-dns', 53],
  ['one like Prometheus', 'traefik', 8000],
  ['one like Prometheus', 'prometheus', 9090],
  ['one like kube-state-metrics', 'prometheus', 9090],
  ['one like kube-state-metrics', 'user', 3001],
  ['one like kube-state-metrics', 'node-exporter', 9100],
  ['another pod of monitoring', 'prometheus', 9090],
  ['another pod of monitoring', 'kube-state-metrics', 8080],
  ['another pod of monitoring', 'node-exporter', 9100],
  ['another pod of monitoring', 'user', 3001],
  ['another pod of monitoring', 'kubernetes.default', 443],
  ['a pod of another namespace', 'prometheus', 9090],
  ['a pod of another namespace', 'kube-state-metrics', 8080],
  ['a pod of another namespace', 'node-exporter', 9100],
  ['a pod of another namespace', 'user', 3001],
];
const connections = new Connections<Source, Destination>();

let monitoring: AsyncDisposable | undefined;

beforeAll(async () => {
  monitoring = await ensureMonitoring();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: elsewhere } };
  for (const object of [namespace, ...Object.values(sources)]) await withManifest(kubectl, 'apply', object);
  for (const { metadata } of Object.values(sources)) {
    const running = [
      'wait',
      '--for=jsonpath={.status.phase}=Running',
      `pod/${metadata.name}`,
      '--timeout=120s',
    ];
    await kubectl(['--namespace', metadata.namespace, ...running]);
  }
  for (const [app, home] of Object.entries(destinations)) {
    const label = app === 'kube-dns' ? 'k8s-app' : 'app';
    // By address, as Prometheus does, which may not even resolve names.
    const ready = ['pods', `--selector=${label}=${app}`, '--field-selector=status.phase=Running'];
    const real = '{range .items[?(@.status.containerStatuses[0].ready==true)]}{.status.podIP}{"\\n"}{end}';
    addresses.set(app, (await read(home, ready, real)).split('\n')[0]!);
  }
  addresses.set('kubernetes.default', await read('default', ['service', 'kubernetes'], '{.spec.clusterIP}'));
  await connections.try({ allowed, forbidden }, { sources: places, addressOf });
});

afterAll(async () => {
  for (const { metadata } of Object.values(sources))
    await kubectl([
      '-n',
      metadata.namespace,
      'delete',
      'pod',
      metadata.name,
      '--ignore-not-found',
      '--wait=false',
    ]);
  await kubectl(['delete', 'namespace', elsewhere, '--ignore-not-found', '--wait=false']);
  await monitoring?.[Symbol.asyncDispose]();
});

describe('allowed', () => {
  test.each(allowed)('from %s to %s, port %d', (...row) => {
    expect(connections.of(...row)).toBe('open');
  });
});

describe('forbidden', () => {
  test.each(forbidden)('from %s to %s, port %d', (...row) => {
    expect(connections.of(...row)).toMatch(/^(no response|ECONNREFUSED|EHOSTUNREACH)$/);
  });
});

/** @returns `yes` or `no`, as `kubectl auth can-i` says. */
async function canI(account: string, request: readonly string[]): Promise<string | undefined> {
  try {
    return await kubectl(['auth', 'can-i', ...request, `--as=system:serviceaccount:${account}`]);
  } catch (error) {
    // `no` also is an exit code, and a warning may precede it.
    if (error instanceof CommandError) return error.output.split('\n').at(-1);
    throw error;
  }
}

describe('of the Kubernetes API', () => {
  const prometheus = 'monitoring:prometheus';
  const kubeStateMetrics = 'monitoring:kube-state-metrics';
  test.each<[string, string, string]>([
    [prometheus, 'get nodes --subresource=metrics', 'yes'],
    [prometheus, 'list pods --namespace=shop', 'yes'],
    [prometheus, 'list pods --namespace=kube-system', 'no'],
    // This right would be as powerful as a shell in every container.
    [prometheus, 'get nodes --subresource=proxy', 'no'],
    [prometheus, 'list secrets --namespace=shop', 'no'],
    [kubeStateMetrics, 'list pods --all-namespaces', 'yes'],
    [kubeStateMetrics, 'list secrets --namespace=shop', 'no'],
    [kubeStateMetrics, 'list configmaps --namespace=shop', 'no'],
    [kubeStateMetrics, 'delete pods --namespace=shop', 'no'],
    ['node-exporter:node-exporter', 'list pods --namespace=node-exporter', 'no'],
  ])('%s may %s: %s', async (account, request, answer) => {
    expect(await canI(account, request.split(' '))).toBe(answer);
  });
});
