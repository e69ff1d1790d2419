/** A cluster's objects as a scene. */
import type {
  V1Deployment,
  V1Ingress,
  V1Job,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { Breaker, Entity, Link, Place, Service, Unit, Volume, Workload } from '../scene/entities.ts';
import { appOf, isReady, podUnit } from './pod-unit.ts';

export interface ClusterObjects {
  readonly nodes: readonly V1Node[];
  readonly pods: readonly V1Pod[];
  readonly deployments: readonly V1Deployment[];
  readonly statefulSets: readonly V1StatefulSet[];
  readonly jobs: readonly V1Job[];
  readonly autoscalers: readonly V2HorizontalPodAutoscaler[];
  readonly claims: readonly V1PersistentVolumeClaim[];
  readonly ingresses: readonly V1Ingress[];
}

/** Facts that are not in objects but read from the pods. */
export interface Observed {
  /** By the pod's name. */
  readonly roles: ReadonlyMap<string, NonNullable<Unit['role']>>;
  readonly breakers: readonly Breaker[];
}

/** The kinds that these objects determine: an entity that is missing from the result is gone. */
export const clusterKinds = ['place', 'unit', 'service', 'link', 'workload', 'volume', 'breaker'] as const;
export type ClusterEntity = Extract<Entity, { kind: (typeof clusterKinds)[number] }>;

const zoneLabel = 'topology.kubernetes.io/zone';
const controlPlaneLabel = 'node-role.kubernetes.io/control-plane';
/** Finished Jobs that are shown; more of them are noise. */
const shownJobs = 4;

export function clusterEntities(objects: ClusterObjects, { roles, breakers }: Observed): ClusterEntity[] {
  const pods = withoutOldJobs(objects.pods);
  const services = servicesOf(objects);
  return [
    ...objects.nodes.map(placeOf),
    ...pods.map((pod) => podUnit(pod, roles.get(pod.metadata?.name ?? ''))),
    ...services,
    ...linksOf(objects, services, breakers),
    ...objects.deployments.map(deploymentOf),
    ...objects.statefulSets.map(statefulSetOf),
    ...objects.autoscalers.map(autoscalerOf),
    ...objects.jobs.slice(-shownJobs).map(jobOf),
    ...objects.claims.map((claim) => volumeOf(claim, pods)),
    ...breakers,
  ];
}

const createdAt = ({ metadata }: V1Pod): number => new Date(metadata?.creationTimestamp ?? 0).getTime();

function withoutOldJobs(pods: readonly V1Pod[]): readonly V1Pod[] {
  const done = pods.filter(({ status }) => status?.phase === 'Succeeded');
  const old = new Set(done.toSorted((a, b) => createdAt(b) - createdAt(a)).slice(shownJobs));
  return pods.filter((pod) => !old.has(pod));
}

function placeOf({ metadata, spec, status }: V1Node): Place {
  const name = metadata?.name ?? '';
  const labels = metadata?.labels ?? {};
  const zone = labels[zoneLabel];
  return {
    kind: 'place',
    id: name,
    name,
    ...(zone === undefined ? {} : { zone }),
    ...(controlPlaneLabel in labels ? { controlPlane: true as const } : {}),
    ready: (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    cordoned: spec?.unschedulable ?? false,
    // A cordon and a lost node are shown elsewhere.
    taints: (spec?.taints ?? [])
      .filter(({ key }) => !key.startsWith('node.kubernetes.io/') && key !== controlPlaneLabel)
      .map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`),
  };
}

const labelsOf = (one: V1Deployment | V1StatefulSet) => one.spec?.template.metadata?.labels ?? {};

/** The Ingress's controller, the services behind it, and their database. */
function servicesOf({ pods, deployments, statefulSets }: ClusterObjects): Service[] {
  const readyOf = (app: string) => pods.filter((pod) => appOf(pod) === app && isReady(pod)).length;
  const all = [...deployments, ...statefulSets];
  const found: Service[] = [];
  for (const one of all) {
    const name = one.metadata?.name ?? '';
    const role =
      name === 'traefik'
        ? 'entry'
        : labelsOf(one)['tier'] === 'service'
          ? 'service'
          : (statefulSets as readonly object[]).includes(one)
            ? 'store'
            : undefined;
    if (role === undefined) continue;
    found.push({
      kind: 'service',
      id: name,
      name: role === 'entry' ? 'Ingress' : name,
      role,
      technology: role === 'entry' ? 'Traefik' : role === 'service' ? 'NestJS' : 'MongoDB',
      ready: readyOf(name),
      wanted: one.spec?.replicas ?? 1,
    });
  }
  const order = { entry: 0, service: 1, store: 2 };
  return found.sort((a, b) => order[a.role] - order[b.role] || a.id.localeCompare(b.id));
}

function linksOf(
  { ingresses }: ClusterObjects,
  services: readonly Service[],
  breakers: readonly Breaker[],
): Link[] {
  const ids = new Set(services.map(({ id }) => id));
  const byRole = (role: Service['role']) => services.filter((service) => service.role === role);
  const backends = ingresses
    .flatMap(({ spec }) => spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap(({ backend }) => backend.service?.name ?? []);
  const pairs = [
    ...byRole('entry').flatMap(({ id }) => backends.map((to) => [id, to] as const)),
    ...breakers.map(({ from, to }) => [from, to] as const),
    ...byRole('service').flatMap(({ id }) => byRole('store').map((store) => [id, store.id] as const)),
  ];
  const links = new Map<string, Link>();
  for (const [from, to] of pairs)
    if (from !== to && ids.has(from) && ids.has(to))
      links.set(`${from}-${to}`, { kind: 'link', id: `${from}-${to}`, from, to });
  return [...links.values()];
}

function deploymentOf({ metadata, spec, status }: V1Deployment): Workload {
  const wanted = spec?.replicas ?? 1;
  const updated = status?.updatedReplicas ?? 0;
  const behind = (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0);
  // Only while there are pods of an older version. A Deployment that is scaled has none.
  const replacing = !behind && updated < (status?.replicas ?? 0);
  return workload('Deployment', metadata?.name, status?.readyReplicas ?? 0, wanted, {
    ...(replacing ? { updated } : {}),
    state: replacing || (status?.readyReplicas ?? 0) !== wanted ? 'changing' : 'steady',
  });
}

function statefulSetOf({ metadata, spec, status }: V1StatefulSet): Workload {
  const wanted = spec?.replicas ?? 1;
  const replacing = status?.updateRevision !== undefined && status.currentRevision !== status.updateRevision;
  return workload('StatefulSet', metadata?.name, status?.readyReplicas ?? 0, wanted, {
    ...(replacing ? { updated: status.updatedReplicas ?? 0 } : {}),
    state: replacing || (status?.readyReplicas ?? 0) !== wanted ? 'changing' : 'steady',
  });
}

function jobOf({ metadata, spec, status }: V1Job): Workload {
  const wanted = spec?.completions ?? 1;
  const ended = (type: string) =>
    (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
  return workload('Job', metadata?.name, status?.succeeded ?? 0, wanted, {
    state: ended('Complete') ? 'done' : ended('Failed') ? 'failed' : 'changing',
  });
}

function autoscalerOf({ metadata, spec, status }: V2HorizontalPodAutoscaler): Workload {
  const wanted = status?.desiredReplicas ?? 0;
  const current = status?.currentReplicas ?? 0;
  const [metric] = spec?.metrics ?? [];
  const target = metric?.resource?.target.averageUtilization;
  const measured = status?.currentMetrics?.[0]?.resource?.current.averageUtilization;
  const range = `${spec?.minReplicas ?? 1}–${spec?.maxReplicas ?? '?'}`;
  const load =
    target === undefined ? [] : [`${metric?.resource?.name ?? ''} ${measured ?? '?'}% / ${target}%`];
  return workload('HorizontalPodAutoscaler', metadata?.name, current, wanted, {
    state: current === wanted ? 'steady' : 'changing',
    detail: [range, ...load].join(' · '),
  });
}

const workload = (
  type: Workload['type'],
  name = '',
  ready: number,
  wanted: number,
  rest: Pick<Workload, 'state' | 'updated' | 'detail'>,
): Workload => ({ kind: 'workload', id: `${type}/${name}`, name, type, ready, wanted, ...rest });

function volumeOf({ metadata, status }: V1PersistentVolumeClaim, pods: readonly V1Pod[]): Volume {
  const name = metadata?.name ?? '';
  const capacity = status?.capacity?.['storage'];
  const mounts = ({ spec }: V1Pod) =>
    (spec?.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name);
  return {
    kind: 'volume',
    id: name,
    name,
    bound: status?.phase === 'Bound',
    ...(capacity === undefined ? {} : { capacity }),
    units: pods.filter(mounts).map((pod) => pod.metadata?.uid ?? pod.metadata?.name ?? ''),
  };
}
