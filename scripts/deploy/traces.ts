/** What the shop leaves in a cluster. Looked for before it is removed, and again afterwards. */
import type { Kubectl } from '../cluster/kubectl.ts';
import { CommandError } from '../support/run.ts';
import type { Named } from '@shop/testing/kubernetes';

interface Volume extends Named {
  readonly spec: {
    readonly capacity?: { readonly storage?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
  };
  readonly status?: { readonly phase?: string };
}

export interface Traces {
  readonly namespace?: Named & {
    readonly status?: {
      readonly conditions?: readonly { readonly status: string; readonly message?: string }[];
    };
  };
  /** Volumes whose claim is or was in the namespace. */
  readonly volumes: readonly Volume[];
  /** Cluster-wide objects with the shop's label: `clusterrole/name`. */
  readonly ofCluster: readonly string[];
}

/** Objects that are or were in the namespace. */
export async function findNamespaced(kubectl: Kubectl): Promise<Omit<Traces, 'ofCluster'>> {
  const ask = (args: readonly string[]) => kubectl(['--request-timeout=60s', ...args]);
  const [namespace, volumes] = await Promise.all([
    ask(['get', 'namespace', 'shop', '--ignore-not-found', '--output=json']),
    ask(['get', 'persistentvolumes', '--output=json']),
  ]);
  const { items } = JSON.parse(volumes) as { items: Volume[] };
  return {
    ...(namespace === '' ? {} : { namespace: JSON.parse(namespace) as Named }),
    volumes: items.filter(({ spec }) => spec.claimRef?.namespace === 'shop'),
  };
}

export async function findTraces(kubectl: Kubectl): Promise<Traces> {
  const [namespaced, ofCluster] = await Promise.all([findNamespaced(kubectl), findOfCluster(kubectl)]);
  return { ...namespaced, ofCluster };
}

/** Everything but the namespace itself. Kinds that this user may not list are left out. */
async function findOfCluster(kubectl: Kubectl): Promise<string[]> {
  const all = await kubectl(['api-resources', '--namespaced=false', '--verbs=list,delete', '--output=name']);
  const kinds = all
    .split('\n')
    .filter((kind) => kind !== '' && !/^(namespaces|persistentvolumes)$/.test(kind));
  if (kinds.length === 0) return [];
  const found: string[] = [];
  const args = ['--selector=app.kubernetes.io/part-of=shop', '--ignore-not-found', '--output=name'];
  // One command for all kinds: names on standard output; refusals, which make it fail, on standard error.
  await kubectl(['--request-timeout=60s', 'get', kinds.join(','), ...args], {
    onLine: (line) => void (line.includes('/') && !/\s/.test(line) && found.push(line)),
  }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
  });
  return found;
}

/** One line for each thing. */
export function describeTraces({ namespace, volumes, ofCluster }: Traces): string[] {
  return [
    ...(namespace === undefined ? [] : ['the namespace shop, with everything in it']),
    ...volumes.map(({ metadata, spec }) => {
      const size = spec.capacity?.storage ?? 'unknown size';
      const kept =
        spec.persistentVolumeReclaimPolicy === 'Retain' ? ', whose disk the provider keeps (Retain)' : '';
      return `the volume ${metadata.name} of ${spec.claimRef?.name ?? 'a claim'}, ${size}${kept}`;
    }),
    ...ofCluster,
  ];
}
