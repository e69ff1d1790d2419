/** The rights that the deployment needs, checked as `kubectl auth can-i` does, in one request. */
import type { Kubectl } from '../cluster/kubectl.ts';
import { CommandError } from '../support/run.ts';

export interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Undefined: in the whole cluster. */
  readonly namespace?: string;
}

/** The kinds of the overlay prod, as API groups and resources. */
const applied: readonly (readonly [string, string])[] = [
  ['', 'configmaps'],
  ['', 'limitranges'],
  ['', 'resourcequotas'],
  ['', 'serviceaccounts'],
  ['', 'services'],
  ['apps', 'deployments'],
  ['apps', 'statefulsets'],
  ['batch', 'cronjobs'],
  ['networking.k8s.io', 'ingresses'],
  ['networking.k8s.io', 'networkpolicies'],
  ['policy', 'poddisruptionbudgets'],
  ['rbac.authorization.k8s.io', 'rolebindings'],
  ['rbac.authorization.k8s.io', 'roles'],
];

const namespace = 'shop';
const inShop = (
  resource: string,
  group: string,
  verbs: readonly string[],
  subresource?: string,
): Permission[] =>
  verbs.map((verb) => ({
    verb,
    group,
    resource,
    namespace,
    ...(subresource === undefined ? {} : { subresource }),
  }));

/** What `npm run deploy` does. */
export const toDeploy: readonly Permission[] = [
  { verb: 'get', group: '', resource: 'namespaces' },
  { verb: 'create', group: '', resource: 'namespaces' },
  { verb: 'patch', group: '', resource: 'namespaces' },
  ...applied.flatMap(([group, resource]) => inShop(resource, group, ['get', 'create', 'patch'])),
  ...inShop('secrets', '', ['get', 'create', 'update', 'patch']),
  ...inShop('pods', '', ['list', 'watch']),
  ...inShop('events', '', ['list']),
  ...inShop('pods', '', ['create'], 'exec'),
];

/** What `npm run undeploy` does. */
export const toUndeploy: readonly Permission[] = [
  { verb: 'get', group: '', resource: 'namespaces' },
  { verb: 'delete', group: '', resource: 'namespaces' },
  { verb: 'list', group: '', resource: 'persistentvolumes' },
  { verb: 'delete', group: '', resource: 'persistentvolumes' },
  ...inShop('persistentvolumeclaims', '', ['list']),
];

interface Review {
  readonly spec?: { readonly resourceAttributes?: Permission };
  readonly status?: { readonly allowed?: boolean };
}

/** @returns the permissions that this user lacks. @throws {CommandError} when the cluster does not report them. */
export async function lackedBy(
  kubectl: Kubectl,
  permissions: readonly Permission[],
): Promise<readonly Permission[]> {
  const input = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: permissions.map((resourceAttributes) => ({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    })),
  });
  const answer = await kubectl(['create', '--filename', '-', '--output', 'json'], { input });
  const reviews = documentsOf<Review>(answer);
  if (reviews.length !== permissions.length)
    throw new CommandError('kubectl create SelfSubjectAccessReview', 'some reviews have no result', answer);
  return permissions.filter((_, index) => reviews[index]?.status?.allowed !== true);
}

/** kubectl prints one document for each object, one after the other, or a List. */
export function documentsOf<T>(text: string): T[] {
  const joined = text.replace(/\n\}\s*\n\{/g, '\n},\n{').trim();
  if (joined === '') return [];
  const documents = JSON.parse(`[${joined}]`) as (T & { kind?: string; items?: T[] })[];
  return documents.flatMap((document) => (document.kind === 'List' ? (document.items ?? []) : [document]));
}

/** Lines that name the missing permissions, each with the command that shows it; several verbs of a resource in one. */
export function describeLacked(context: string, lacked: readonly Permission[]): string[] {
  const byResource = Map.groupBy(lacked, ({ group, resource, subresource, namespace: where }) =>
    [
      `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`,
      where,
    ].join(' '),
  );
  return [...byResource].map(([key, permissions]) => {
    const [resource = '', where = ''] = key.split(' ');
    const verbs = permissions.map(({ verb }) => verb);
    const place = where === '' ? '' : ` --namespace ${where}`;
    return (
      `This user may not ${verbs.join(', ')} ${resource}${where === '' ? '' : ` in the namespace ${where}`}. ` +
      `\`kubectl --context ${context} auth can-i ${verbs[0]} ${resource}${place}\` says so, too`
    );
  });
}
