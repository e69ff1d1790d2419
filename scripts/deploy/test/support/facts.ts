import type { Facts } from '../../facts.ts';
import type { IngressClass, Node, Pod, StorageClass } from '@shop/testing/kubernetes';
import type { Options } from '../../options.ts';

export const options: Options = {
  context: 'far',
  registry: 'ghcr.io/owner/shop',
  annotations: {},
  platforms: [],
  force: false,
  host: 'shop.example',
};

export const demand = {
  cpus: 1.29,
  memoryBytes: 2.3 * 2 ** 30,
  limitsMemoryBytes: 6 * 2 ** 30,
  pods: 10,
  claims: 3,
  storageBytes: 3 * 2 ** 30,
};

interface NodeOptions {
  readonly zone?: string;
  readonly architecture?: string;
  readonly os?: string;
  readonly tainted?: boolean;
  readonly ready?: boolean;
  readonly cpu?: string;
}

export const node = (
  name: string,
  { zone, architecture = 'amd64', os = 'linux', tainted = false, ready = true, cpu = '4' }: NodeOptions = {},
): Node => ({
  metadata: { name, labels: zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone } },
  spec: tainted ? { taints: [{ key: 'reserved', effect: 'NoSchedule' }] } : {},
  status: {
    allocatable: { cpu, memory: '16Gi' },
    nodeInfo: { architecture, operatingSystem: os },
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});

export const pod = (namespace: string, image: string, spec: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { name: 'pod', namespace, uid: `${namespace}-pod` },
  spec: { containers: [{ name: 'it', image }], ...spec },
  status: { phase: 'Running' },
});

export const ingressClass = (
  name: string,
  controller: string,
  annotations: Record<string, string> = {},
): IngressClass => ({
  metadata: { name, annotations },
  spec: { controller },
});

export const storageClass = (name: string, provisioner: string, isDefault = false): StorageClass => ({
  metadata: { name, annotations: isDefault ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {} },
  provisioner,
});

/** A cluster without problems, in three zones, with another Traefik. */
export const facts: Facts = {
  version: '1.36.2',
  unread: [],
  unknown: [],
  lacked: [],
  nodes: [node('a', { zone: '1' }), node('b', { zone: '2' }), node('c', { zone: '3' })],
  pods: [pod('ingress', 'docker.io/traefik:v3.6')],
  ingressClasses: [ingressClass('web', 'traefik.io/ingress-controller')],
  storageClasses: [storageClass('fast', 'ebs.csi.aws.com', true)],
  csiDrivers: ['ebs.csi.aws.com'],
  daemonSets: [{ metadata: { name: 'cilium' } }],
  apiServer: [{ metadata: { name: 'kubernetes' }, ports: [{ port: 443 }] }],
  dns: { metadata: { name: 'kube-dns' }, spec: { clusterIP: '10.0.0.10', clusterIPs: ['10.0.0.10'] } },
  workloads: [],
  claims: [],
  secrets: [],
  quotas: [],
};
