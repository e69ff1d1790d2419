/** The overlay prod, changed for one cluster: a kustomization that users can read, keep in a repository and apply themselves. */
import { stringify } from 'yaml';
import { managedBy, type Plan } from './judge.ts';

type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export interface Patch {
  readonly target: { readonly kind: string; readonly name?: string; readonly labelSelector?: string };
  readonly operations: readonly Operation[];
}

/** The changes of the overlay. `test` makes the patch fail where the overlay is not as expected here. */
export function patchesFor(plan: Plan): Patch[] {
  const { ingress, callers, apiPorts, nameServers, spreadBy, storageClass, pullSecret } = plan;
  const { className, annotations, host, tlsSecret } = ingress;
  const hosts = host === undefined ? {} : { hosts: [host] };
  const first = '/spec/template/spec/topologySpreadConstraints/0';
  return [
    {
      target: { kind: 'Namespace', name: 'shop' },
      operations: [{ op: 'add', path: `/metadata/labels/${escaped(managedBy.key)}`, value: managedBy.value }],
    },
    {
      target: { kind: 'Ingress', name: 'shop' },
      operations: [
        { op: 'replace', path: '/metadata/annotations', value: annotations },
        { op: 'replace', path: '/spec/ingressClassName', value: className },
        tlsSecret === undefined
          ? { op: 'remove', path: '/spec/tls' }
          : { op: 'replace', path: '/spec/tls', value: [{ ...hosts, secretName: tlsSecret }] },
        ...(host === undefined ? [] : [{ op: 'add' as const, path: '/spec/rules/0/host', value: host }]),
      ],
    },
    {
      target: { kind: 'NetworkPolicy', name: 'service-in' },
      operations: [
        {
          op: 'test',
          path: '/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name',
          value: 'traefik',
        },
        { op: 'remove', path: '/spec/ingress/0/from/0' },
        ...callers.map((value) => ({ op: 'add' as const, path: '/spec/ingress/0/from/-', value })),
      ],
    },
    {
      target: { kind: 'NetworkPolicy', name: 'mongo-out' },
      operations: [
        { op: 'test', path: '/spec/egress/1/ports/0/port', value: 6443 },
        {
          op: 'replace',
          path: '/spec/egress/1/ports',
          value: apiPorts.map((port) => ({ protocol: 'TCP', port })),
        },
      ],
    },
    ...[
      ['dns', 0],
      ['catalogue-import', 1],
    ].map(([name, index]): Patch => ({
      target: { kind: 'NetworkPolicy', name: String(name) },
      operations: [
        { op: 'test', path: `/spec/egress/${index}/ports/0/port`, value: 53 },
        ...nameServers.map((value) => ({ op: 'add' as const, path: `/spec/egress/${index}/to/-`, value })),
      ],
    })),
    ...(spreadBy === 'zone'
      ? []
      : [
          {
            target: { kind: 'Deployment', labelSelector: 'tier=service' },
            operations: [
              // A node without the label would get no pod at all.
              { op: 'replace' as const, path: `${first}/topologyKey`, value: 'kubernetes.io/hostname' },
              { op: 'replace' as const, path: `${first}/whenUnsatisfiable`, value: 'ScheduleAnyway' },
            ],
          },
        ]),
    ...(storageClass === undefined
      ? []
      : [
          {
            target: { kind: 'StatefulSet', name: 'mongo' },
            operations: [
              {
                op: 'add' as const,
                path: '/spec/volumeClaimTemplates/0/spec/storageClassName',
                value: storageClass,
              },
            ],
          },
        ]),
    ...(pullSecret === undefined
      ? []
      : [
          {
            target: { kind: 'ServiceAccount' },
            operations: [{ op: 'add' as const, path: '/imagePullSecrets', value: [{ name: pullSecret }] }],
          },
        ]),
  ];
}

/** @param base the path of the overlay prod from the kustomization's folder. */
export function kustomizationFor(plan: Plan, base: string): string {
  const text = stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [base],
    patches: [
      // This redirects plain HTTP to HTTPS with a middleware of our own Traefik.
      {
        target: { kind: 'Ingress', name: 'plain-http' },
        patch: stringify({
          $patch: 'delete',
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'plain-http' },
        }),
      },
      ...patchesFor(plan).map(({ target, operations }) => ({ target, patch: stringify(operations) })),
    ],
  });
  return `# Made by npm run deploy, from its options and from what it found in the cluster. It is made again by each run.\n${text}`;
}

/** Escapes a name for a JSON pointer: RFC 6901, section 3. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
