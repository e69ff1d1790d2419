import { setTimeout as delay } from 'node:timers/promises';
import type { Kubectl } from '../cluster/kubectl.ts';
import type { FootprintRow } from './stated.ts';

interface ContainerStats {
  readonly name: string;
  readonly startTime: string;
  readonly cpu?: { readonly time: string; readonly usageCoreNanoSeconds?: number };
  readonly memory?: { readonly workingSetBytes?: number };
}

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers?: readonly ContainerStats[];
  }[];
}

interface Container {
  readonly name: string;
  readonly resources?: Record<'requests' | 'limits', Readonly<Record<string, string>> | undefined>;
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
}

/** What the kubelets say of a namespace's pods at one time. */
export interface Reading {
  readonly at: number;
  readonly pods: readonly Pod[];
  readonly containers: ReadonlyMap<string, ContainerStats>;
}

/** Reads every kubelet's summary (`/stats/summary`). Pods of Jobs are left out. */
export async function readFootprint(kubectl: Kubectl, namespace: string): Promise<Reading> {
  const { items } = JSON.parse(
    await kubectl(['--namespace', namespace, 'get', 'pods', '--output', 'json']),
  ) as { items: readonly Pod[] };
  const pods = items.filter(({ metadata }) => metadata.ownerReferences?.every(({ kind }) => kind !== 'Job'));
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))].filter((name) => name !== '');
  return { at: performance.now(), pods, containers: await readAll(kubectl, namespace, nodes) };
}

/**
 * Reads, waits, and reads again.
 *
 * @param seconds at least; the kubelets' own clocks say how long it was.
 * @throws when a container is started, or goes, in between: the shop is not idle then.
 */
export async function measureFootprint(
  kubectl: Kubectl,
  namespace: string,
  seconds: number,
): Promise<{ readonly seconds: number; readonly rows: readonly FootprintRow[] }> {
  const before = await readFootprint(kubectl, namespace);
  await delay(seconds * 1000);
  return footprintBetween(before, await readFootprint(kubectl, namespace));
}

/** @throws when a container was started, or went, in between. */
export function footprintBetween(
  { pods, containers: before }: Reading,
  { containers: after }: Pick<Reading, 'containers'>,
): { readonly seconds: number; readonly rows: readonly FootprintRow[] } {
  const measured = pods.flatMap((pod) => {
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    return containers.flatMap((container) => {
      const key = `${pod.metadata.name}/${container.name}`;
      const first = before.get(key);
      const last = after.get(key);
      // An init container that has ended.
      if (first === undefined && last === undefined) return [];
      if (first?.startTime === undefined || first.startTime !== last?.startTime)
        throw new Error(
          `${key} was started or ended meanwhile: wait until the shop is idle, and measure again`,
        );
      const elapsed = (Date.parse(last.cpu?.time ?? '') - Date.parse(first.cpu?.time ?? '')) / 1000;
      if (!(elapsed > 0)) throw new Error(`the kubelet has no new figures for ${key}: measure for longer`);
      const used = (last.cpu?.usageCoreNanoSeconds ?? 0) - (first.cpu?.usageCoreNanoSeconds ?? 0);
      return [
        {
          workload: workloadOf(pod),
          container,
          elapsed,
          millicores: used / elapsed / 1e6,
          memoryMiB: (last.memory?.workingSetBytes ?? 0) / 2 ** 20,
        },
      ];
    });
  });

  const groups = Map.groupBy(measured, ({ workload, container }) => `${workload}/${container.name}`);
  const rows = [...groups.values()].map((group): FootprintRow => {
    const [{ workload, container }] = group as [(typeof measured)[number]];
    return {
      workload,
      container: container.name,
      count: group.length,
      millicores: mean(group.map(({ millicores }) => millicores)),
      memoryMiB: mean(group.map(({ memoryMiB }) => memoryMiB)),
      requests: amounts(container.resources?.requests),
      limits: amounts(container.resources?.limits),
    };
  });
  return { seconds: mean(measured.map(({ elapsed }) => elapsed)), rows };
}

/** By pod and container. */
async function readAll(
  kubectl: Kubectl,
  namespace: string,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, ContainerStats>> {
  const summaries = await Promise.all(
    nodes.map(async (node) => {
      const text = await kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`]);
      return JSON.parse(text) as Summary;
    }),
  );
  const entries = summaries.flatMap(({ pods }) =>
    pods
      .filter(({ podRef }) => podRef.namespace === namespace)
      .flatMap(({ podRef, containers = [] }) =>
        containers.map((one) => [`${podRef.name}/${one.name}`, one] as const),
      ),
  );
  return new Map(entries);
}

/** A ReplicaSet is called after its Deployment, with a hash. */
const workloadOf = ({ metadata }: Pod): string => {
  const [owner] = metadata.ownerReferences ?? [];
  if (owner === undefined) return metadata.name;
  const hash = metadata.labels?.['pod-template-hash'];
  return hash === undefined ? owner.name : owner.name.replace(`-${hash}`, '');
};

const amounts = (of: Readonly<Record<string, string>> | undefined): string =>
  of === undefined ? '-' : [of['cpu'], of['memory']].filter((one) => one !== undefined).join(' ');

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
