import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Part, Unit, UnitState } from '../scene/entities.ts';

/** Labels that name what a pod belongs to. */
const appLabels = ['app', 'app.kubernetes.io/name', 'k8s-app'];
/** Reasons that every container has for a moment before it starts. */
const passing = new Set(['ContainerCreating', 'PodInitializing']);

/** @param role of a database member, if it is known. */
export function podUnit(pod: V1Pod, role: Unit['role']): Unit {
  const { metadata, spec, status } = pod;
  const name = metadata?.name ?? '';
  const parts = partsOf(pod);
  const since = metadata?.creationTimestamp;
  const { state, reason } = stateOf(pod, parts);
  const owner = ownerOf(pod);
  return {
    kind: 'unit',
    id: metadata?.uid ?? name,
    name,
    app: appOf(pod),
    ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }),
    ...(spec?.nodeName === undefined ? {} : { place: spec.nodeName }),
    state,
    ...(reason === undefined ? {} : { reason }),
    restarts: allStatuses(status).reduce((sum, { restartCount }) => sum + restartCount, 0),
    parts,
    ...(owner === undefined ? {} : { owner }),
    ...(role === undefined || state !== 'ready' ? {} : { role }),
    ...(since === undefined ? {} : { since: new Date(since).getTime() }),
  };
}

export function appOf({ metadata }: V1Pod): string {
  const labels = metadata?.labels ?? {};
  const found = appLabels.map((label) => labels[label]).find((value) => value !== undefined);
  return found ?? labels['job-name'] ?? metadata?.ownerReferences?.[0]?.name ?? metadata?.name ?? '';
}

export const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  (status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True');

const allStatuses = (status: V1Pod['status']): readonly V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** A ReplicaSet's own name says little: `product-6f7c9d` belongs to the Deployment `product`. */
function ownerOf({ metadata }: V1Pod): string | undefined {
  const [owner] = metadata?.ownerReferences ?? [];
  if (!owner) return undefined;
  if (owner.kind === 'ReplicaSet') return `Deployment/${owner.name.replace(/-[a-z0-9]+$/, '')}`;
  return `${owner.kind}/${owner.name}`;
}

function stateOf(
  { metadata, status }: V1Pod,
  parts: readonly Part[],
): { readonly state: UnitState; readonly reason?: string } {
  if (metadata?.deletionTimestamp !== undefined) return { state: 'stopping' };
  if (status?.phase === 'Succeeded') return { state: 'done' };
  if (status?.phase === 'Failed')
    return { state: 'failed', ...(status.reason === undefined ? {} : { reason: status.reason }) };
  const conditions = status?.conditions ?? [];
  if (conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True'))
    return { state: 'ready' };
  const waiting = allStatuses(status)
    .map(({ state }) => state?.waiting?.reason)
    .find((reason) => reason !== undefined && !passing.has(reason));
  if (waiting !== undefined) return { state: 'waiting', reason: waiting };
  const unscheduled = conditions.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  if (unscheduled)
    return { state: 'pending', ...(unscheduled.reason === undefined ? {} : { reason: unscheduled.reason }) };
  if (parts.some(({ state }) => state === 'failed')) return { state: 'failed' };
  return { state: 'starting' };
}

/**
 * Native sidecars are init containers that are always restarted. Other init containers are shown until they have ended.
 */
function partsOf({ spec, status }: V1Pod): Part[] {
  const statuses = new Map(allStatuses(status).map((one) => [one.name, one]));
  const init = (spec?.initContainers ?? []).filter(
    ({ name, restartPolicy }) =>
      restartPolicy === 'Always' || statuses.get(name)?.state?.terminated?.exitCode !== 0,
  );
  return [
    ...(spec?.containers ?? []).map(({ name }) => partOf(name, false, statuses.get(name))),
    ...init.map(({ name, restartPolicy }) => partOf(name, restartPolicy === 'Always', statuses.get(name))),
  ];
}

function partOf(name: string, sidecar: boolean, status: V1ContainerStatus | undefined): Part {
  const digest = /sha256:([0-9a-f]{8})/.exec(status?.imageID ?? '')?.[1];
  return {
    name,
    sidecar,
    state: partState(status),
    restarts: status?.restartCount ?? 0,
    ...(digest === undefined ? {} : { detail: digest }),
  };
}

function partState(status: V1ContainerStatus | undefined): UnitState {
  if (status?.state?.running) return status.ready ? 'ready' : 'starting';
  if (status?.state?.terminated) return status.state.terminated.exitCode === 0 ? 'done' : 'failed';
  const reason = status?.state?.waiting?.reason;
  return reason === undefined || passing.has(reason) ? 'pending' : 'waiting';
}
