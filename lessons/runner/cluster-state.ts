/** What there is in a cluster, so that a lesson's run can report what it left behind, removed or changed. */
import { createHash } from 'node:crypto';

/**
 * Kinds that a user made. What controllers make of them (pods, endpoints, replica sets) comes and goes by itself, and
 * is seen in the state of what it was made of.
 */
export const kinds = [
  'namespaces',
  'nodes',
  'persistentvolumes',
  'storageclasses',
  'priorityclasses',
  'ingressclasses',
  'clusterroles',
  'clusterrolebindings',
  'certificatesigningrequests',
  'customresourcedefinitions',
  'apiservices',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'configmaps',
  'secrets',
  'services',
  'serviceaccounts',
  'pods',
  'replicationcontrollers',
  'replicasets',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'persistentvolumeclaims',
  'ingresses',
  'networkpolicies',
  'poddisruptionbudgets',
  'horizontalpodautoscalers',
  'roles',
  'rolebindings',
  'resourcequotas',
  'limitranges',
] as const;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

export interface ClusterObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: JsonObject;
    readonly ownerReferences?: readonly unknown[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly data?: JsonObject;
  readonly rules?: Json;
  readonly subjects?: Json;
  readonly type?: string;
}

/** `Deployment shop/product` to what is compared of it. */
export type ClusterState = ReadonlyMap<string, Json>;

/** How the namespaces of lessons are called. */
export const lessonPrefix = 'lesson-';

export function stateOf(objects: readonly ClusterObject[]): ClusterState {
  // A lesson's namespace that is being deleted is as good as gone, with all that is in it.
  const ending = new Set(
    objects
      .filter(({ kind, metadata }) => kind === 'Namespace' && metadata.deletionTimestamp !== undefined)
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith(lessonPrefix)),
  );
  const isEnding = ({ kind, metadata: { name, namespace } }: ClusterObject): boolean =>
    ending.has(kind === 'Namespace' ? name : (namespace ?? ''));
  const autoscaled = new Set(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata, spec }) => {
        const target = spec?.['scaleTargetRef'] as { kind: string; name: string };
        return `${target.kind} ${metadata.namespace}/${target.name}`;
      }),
  );
  return new Map(
    objects
      .filter((object) => isWatched(object) && !isEnding(object) && !comesAndGoes(object))
      .map((object) => {
        const key = keyOf(object);
        return [key, essence(object, autoscaled.has(key))];
      }),
  );
}

export const keyOf = ({ kind, metadata: { namespace, name } }: ClusterObject): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

/** Namespaces that lessons work on, and their own; what others do elsewhere meanwhile is not theirs. */
const isWatched = ({ metadata: { namespace } }: ClusterObject): boolean =>
  namespace === undefined || watched.has(namespace) || namespace.startsWith(lessonPrefix);
const watched = new Set(['default', 'kube-system', 'shop', 'traefik']);

/** Its data is the replica-set-controller's, which counts there how often the set was changed. */
const marker = 'ConfigMap shop/mongo-replica-set';

const kubeletSigner = 'kubernetes.io/kube-apiserver-client-kubelet';

const comesAndGoes = ({ kind, metadata, spec, type }: ClusterObject): boolean =>
  // A pod that is its controller's; but one that lost its controller is left for a user to remove.
  (metadata.ownerReferences ?? []).length > 0 ||
  (kind === 'Secret' && type === 'bootstrap.kubernetes.io/token') ||
  // A kubelet's own, which the cluster makes and forgets after an hour.
  (kind === 'CertificateSigningRequest' && spec?.['signerName'] === kubeletSigner);

/** What a person decided, and whether what was decided is so. */
function essence(object: ClusterObject, autoscaled: boolean): Json {
  const { kind, metadata, spec, status, data, rules, subjects } = object;
  const common = { labels: metadata.labels ?? {}, ...(metadata.deletionTimestamp ? { ending: true } : {}) };
  switch (kind) {
    case 'Node':
      return {
        ...common,
        taints: spec?.['taints'] ?? [],
        cordoned: spec?.['unschedulable'] ?? false,
        extended: extendedResources(status),
      };
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicationController':
    case 'DaemonSet': {
      const { replicas, ...rest } = spec ?? {};
      const wanted = replicas ?? status?.['desiredNumberScheduled'] ?? 0;
      const ready = status?.['readyReplicas'] ?? status?.['numberReady'] ?? 0;
      const existing = status?.['replicas'] ?? status?.['currentNumberScheduled'] ?? 0;
      return {
        ...common,
        spec: rest,
        replicas: autoscaled ? 'autoscaled' : wanted,
        settled: ready === wanted && existing === wanted,
      };
    }
    case 'Pod':
    case 'Job':
    case 'PersistentVolumeClaim':
    case 'Namespace':
      return { ...common, phase: status?.['phase'] ?? '' };
    case 'Secret':
      return { ...common, data: digests(data) };
    default:
      return {
        ...common,
        ...(spec ? { spec } : {}),
        ...(data && keyOf(object) !== marker ? { data: digests(data) } : {}),
        ...(rules === undefined ? {} : { rules }),
        ...(subjects === undefined ? {} : { subjects }),
      };
  }
}

/** Resources of a node that are none of the usual ones: a user has advertised them. */
function extendedResources(status: JsonObject | undefined): JsonObject {
  const capacity = (status?.['capacity'] ?? {}) as JsonObject;
  return Object.fromEntries(Object.entries(capacity).filter(([name]) => name.includes('/')));
}

/** Secrets are compared, never kept. */
function digests(data: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([key, value]) => [
      key,
      createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16),
    ]),
  );
}

/** What is different, a line each; none when the cluster is as it was. */
export function differences(before: ClusterState, after: ClusterState): string[] {
  const left = [...after.keys()].filter((key) => !before.has(key)).map((key) => `left behind: ${key}`);
  // What was on its way out already went by itself.
  const gone = [...before]
    .filter(([key, was]) => !after.has(key) && !isOnItsWayOut(was))
    .map(([key]) => `gone: ${key}`);
  const changed = [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    const where = is === undefined ? undefined : firstDifference(was, is);
    return where === undefined ? [] : [`changed: ${key}, ${where}`];
  });
  return [...withoutContents(left), ...gone, ...changed];
}

const isOnItsWayOut = (state: Json): boolean => isObject(state) && state['ending'] === true;

/** A namespace that was left says enough; its contents need not be listed one by one. */
function withoutContents(left: readonly string[]): string[] {
  const namespaces = left.flatMap((line) => / Namespace (\S+)$/.exec(line)?.[1] ?? []);
  return left.filter((line) => !namespaces.some((name) => line.includes(` ${name}/`)));
}

/** `spec.replicas was 2, is 3`. */
function firstDifference(was: Json, is: Json, path = ''): string | undefined {
  if (isObject(was) && isObject(is)) {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      // What was still settling before has settled by itself.
      if (key === 'settled' && is[key] === true) continue;
      const found = firstDifference(was[key] ?? null, is[key] ?? null, path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const [a, b] = [JSON.stringify(was), JSON.stringify(is)];
  return a === b ? undefined : `${path} was ${shorten(a)}, is ${shorten(b)}`;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
