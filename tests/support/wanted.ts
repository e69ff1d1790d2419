/** What is wanted of the cluster, to be compared before and after something has changed it. */
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { run } from '../../scripts/support/run.ts';

interface Listed {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: unknown;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly data?: unknown;
}

const namespaced = [
  'deployments',
  'statefulsets',
  'daemonsets',
  'networkpolicies',
  'ingresses',
  'services',
  'configmaps',
  'horizontalpodautoscalers',
  'poddisruptionbudgets',
  'persistentvolumeclaims',
].join();

/** What Kubernetes itself writes; and when a rollout was wanted, which no rollout takes back. */
const ownAnnotations =
  /^(deployment\.kubernetes\.io\/revision|control-plane\.alpha\.kubernetes\.io\/leader)$/;
const withoutRestart = (spec: unknown): unknown =>
  JSON.parse(
    JSON.stringify(spec ?? null, (key, value: unknown) =>
      key === 'kubectl.kubernetes.io/restartedAt' ? undefined : value,
    ).replaceAll('"annotations":{},', ''),
  );

const list = async (...args: readonly string[]): Promise<readonly Listed[]> =>
  (JSON.parse(await kubectl(['get', ...args, '--output', 'json'])) as { items: Listed[] }).items;

/** All that is wanted of the shop and of what it stands on, by object; and which nodes have power. */
export async function wanted(): Promise<Readonly<Record<string, unknown>>> {
  const lists = await Promise.all([
    list('nodes'),
    ...['shop', 'traefik', 'kube-system'].map((namespace) => list(namespaced, '--namespace', namespace)),
  ]);
  const objects = lists.flat().map(({ kind, metadata, spec, data }) => {
    const { namespace = '', name, labels, annotations = {} } = metadata;
    const own = Object.entries(annotations).filter(([key]) => !ownAnnotations.test(key));
    return [`${kind} ${namespace}/${name}`, { labels, own, spec: withoutRestart(spec), data }] as const;
  });
  const powered = await run('docker', [
    'ps',
    '--filter',
    'label=io.x-k8s.kind.cluster=shop',
    '--format',
    '{{.Names}}',
  ]);
  return { ...Object.fromEntries(objects), powered: powered.split('\n').sort() };
}
