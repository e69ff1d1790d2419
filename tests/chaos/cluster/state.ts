/** The cluster's state as far as these tests look at it. */
import type { BreakerStateName } from '../judge/evidence.ts';
import type { Api } from './api.ts';
import type { NodeShells } from './node-shell.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
}
interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
}
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export async function podsIn(api: Api, namespace: string): Promise<readonly Pod[]> {
  return (JSON.parse(await api.get(`/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] }).items;
}

const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');

export const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && isTrue(status.conditions, 'Ready');

/** One word for people. */
export function podState(pod: Pod): 'ready' | 'not-ready' | 'starting' | 'ending' | 'failed' | 'done' {
  if (pod.metadata.deletionTimestamp !== undefined) return 'ending';
  if (pod.status.phase === 'Succeeded') return 'done';
  if (pod.status.phase === 'Failed') return 'failed';
  if (isReady(pod)) return 'ready';
  return (pod.status.containerStatuses ?? []).some(({ restartCount, ready }) => ready || restartCount > 0)
    ? 'not-ready'
    : pod.status.phase === 'Running' && isTrue(pod.status.conditions, 'Initialized')
      ? 'not-ready'
      : 'starting';
}

/** By container, how often it was started again. A pod that has failed as a whole (evicted) is over: it does not count. */
export function restartCounts(pods: readonly Pod[]): ReadonlyMap<string, number> {
  return new Map(
    pods
      .filter(({ status }) => status.phase !== 'Failed')
      .flatMap(({ metadata, status }) =>
        [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
          ({ name, restartCount }): [string, number] => [`${metadata.name}/${name}`, restartCount],
        ),
      ),
  );
}

/** Nodes by name, and whether they are ready. */
export async function nodes(api: Api): Promise<ReadonlyMap<string, boolean>> {
  const list = JSON.parse(await api.get('/api/v1/nodes')) as {
    items: { metadata: { name: string }; status: { conditions?: Condition[] } }[];
  };
  return new Map(
    list.items.map(({ metadata, status }) => [metadata.name, isTrue(status.conditions, 'Ready')]),
  );
}

/** The breakers in one pod's ambassador: the state of each by its upstream, and the changes since it started. */
export interface Breakers {
  readonly states: ReadonlyMap<string, BreakerStateName>;
  readonly transitions: Readonly<Record<BreakerStateName, number>>;
}

/** Requested from the pod's node: network policies let only Prometheus connect. @throws when there is no response. */
export async function breakersOf(shells: NodeShells, { metadata, spec, status }: Pod): Promise<Breakers> {
  const { nodeName } = spec;
  const { podIP } = status;
  if (nodeName === undefined || podIP === undefined) throw new Error(`${metadata.name} has no address yet`);
  const url = `http://${podIP}:9001/metrics`;
  const metrics = await shells.run(nodeName, `curl --silent --max-time 1 ${url} | grep ^ambassador_breaker`);
  if (metrics === '') throw new Error(`the ambassador of ${metadata.name} does not answer`);
  return readBreakerMetrics(metrics);
}

/** @param metrics in Prometheus's text format. */
export function readBreakerMetrics(metrics: string): Breakers {
  const states = new Map<string, BreakerStateName>();
  const transitions = { closed: 0, open: 0, 'half-open': 0 };
  for (const line of metrics.split('\n')) {
    const [, name, labels = '', value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    const label = (key: string) => new RegExp(`(?:^|,)${key}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (name === 'ambassador_breaker_state' && value === '1')
      states.set(label('upstream'), label('state') as BreakerStateName);
    if (name === 'ambassador_breaker_transitions_total')
      transitions[label('to') as BreakerStateName] += Number(value);
  }
  return { states, transitions };
}
