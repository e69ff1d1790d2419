/**
 * What the facts mean for a deployment: what is in the way, what is good to know, and how the overlay has to be
 * changed.
 */
import { controllerOf, isOutside } from './controllers.ts';
import { requestOf, type Demand } from './demand.ts';
import type { Facts } from './facts.ts';
import { isTrue, type IngressClass, type Node, type StorageClass } from '@shop/testing/kubernetes';
import type { Options } from './options.ts';
import { describeLacked } from './permissions.ts';
import { inGiB, readQuantity, round } from './quantity.ts';

/** A peer of a NetworkPolicy. */
export type Peer =
  | { readonly namespaceSelector: { readonly matchLabels: Readonly<Record<string, string>> } }
  | { readonly ipBlock: { readonly cidr: string } };

/** The changes of the overlay prod for this cluster. */
export interface Plan {
  readonly ingress: {
    readonly className: string;
    readonly annotations: Readonly<Record<string, string>>;
    readonly host?: string;
    /** The Secret of the certificate; none: the Ingress speaks plain HTTP. */
    readonly tlsSecret?: string;
  };
  /** The namespace of the Ingress controller's pods. */
  readonly controllerNamespace?: string;
  /** The peers outside of the namespace that may send requests to the services. */
  readonly callers: readonly Peer[];
  /** Ports of the API server: of its Service, and where it listens. */
  readonly apiPorts: readonly number[];
  /** DNS servers beside the pods of kube-dns. */
  readonly nameServers: readonly Peer[];
  /** Whether the pods of a service are spread over zones, or over nodes where nodes have no zones. */
  readonly spreadBy: 'zone' | 'node';
  readonly platforms: readonly string[];
  readonly storageClass?: string;
  readonly pullSecret?: string;
}

export interface Judgement {
  readonly problems: readonly string[];
  readonly advice: readonly string[];
  readonly plan: Plan;
}

/** preStop's `sleep` came with 1.30; native sidecars and `matchLabelKeys` are older. */
const leastKubernetes = { text: '1.30', minor: 30 };
/** Marks a namespace as made here. */
export const managedBy = { key: 'app.kubernetes.io/managed-by', value: 'npm-run-deploy' } as const;
/** The Secret of a certificate that is made here. */
export const ownTlsSecret = 'shop-tls';
const zoneLabel = 'topology.kubernetes.io/zone';

class Judge {
  readonly problems: string[] = [];
  readonly advice: string[] = [];
  readonly #facts: Facts;
  readonly #options: Options;

  constructor(facts: Facts, options: Options) {
    this.#facts = facts;
    this.#options = options;
  }

  cluster(): void {
    const { version, unread, unknown, lacked } = this.#facts;
    const { context } = this.#options;
    for (const line of unread) this.problems.push(`The cluster cannot be read: ${line}`);
    for (const line of unknown) this.advice.push(`Something of the cluster could not be seen: ${line}`);
    const minor = Number(version?.split('.')[1]);
    if (version !== undefined && minor < leastKubernetes.minor)
      this.problems.push(
        `The cluster has Kubernetes ${version}, and ${leastKubernetes.text} or newer is needed`,
      );
    const creates = lacked.find(({ verb, resource }) => verb === 'create' && resource === 'namespaces');
    // When the namespace exists, this right is not needed.
    const missing = this.#facts.namespace === undefined ? lacked : lacked.filter((one) => one !== creates);
    this.problems.push(...describeLacked(context, missing));
  }

  namespace(): void {
    const { namespace, workloads } = this.#facts;
    if (namespace === undefined) return;
    const { labels = {}, annotations = {} } = namespace.metadata;
    if (labels[managedBy.key] !== managedBy.value && workloads.length > 0)
      this.problems.push(
        `The cluster has a namespace shop that was not made by npm run deploy, with ${workloads.length} workloads ` +
          `(${workloads[0]?.metadata.name}, …). The shop needs that name: use another cluster, or remove what is there`,
      );
    if (annotations['scheduler.alpha.kubernetes.io/node-selector'] !== undefined)
      this.advice.push('The namespace shop has a node selector: pods run on those nodes only');
  }

  nodes(demand: Demand): Pick<Plan, 'platforms' | 'spreadBy'> {
    const usable = this.#facts.nodes.filter(isUsable);
    const asked = this.#options.platforms;
    const found = [...new Set(usable.map(({ status }) => status.nodeInfo.architecture))].sort();
    const foreign = found.filter((architecture) => !['amd64', 'arm64'].includes(architecture));
    if (foreign.length > 0)
      this.problems.push(
        `Nodes are of the architecture ${foreign.join(', ')}; MongoDB's image is there for amd64 and arm64 only. ` +
          `Taint those nodes, or use others`,
      );
    if (found.length === 0 && asked.length === 0)
      this.problems.push(
        'There is no node that is ready and takes pods, so that their architecture is not known. ' +
          'Where nodes are made on demand, say it: --platform linux/amd64',
      );
    const windows = this.#facts.nodes.filter(
      ({ status, spec }) => status.nodeInfo.operatingSystem === 'windows' && !isTainted(spec),
    );
    if (windows.length > 0)
      this.problems.push(
        `Pods of Linux could be placed on nodes of Windows. Taint them: kubectl --context ${this.#options.context} ` +
          `taint nodes --selector=kubernetes.io/os=windows os=windows:NoSchedule`,
      );
    this.#capacity(usable, demand);
    const zones = new Set(usable.map(({ metadata }) => metadata.labels?.[zoneLabel]).filter(Boolean));
    const spreadBy = zones.size > 0 ? 'zone' : 'node';
    if (zones.size === 1)
      this.advice.push('All nodes are in one zone: the shop does not survive the loss of that zone');
    if (zones.size === 0 && usable.length > 0)
      this.advice.push(
        `Nodes have no label ${zoneLabel}: pods of a service are spread over ${usable.length === 1 ? 'the one node there is' : 'nodes as far as possible'}`,
      );
    const platforms = asked.length > 0 ? asked : found.map((architecture) => `linux/${architecture}`);
    return { platforms, spreadBy };
  }

  /** Advice only: a cluster may add nodes when pods wait for them. */
  #capacity(usable: readonly Node[], demand: Demand): void {
    if (usable.length === 0 || this.#facts.pods === undefined) return;
    const names = new Set(usable.map(({ metadata }) => metadata.name));
    const others = this.#facts.pods.filter(
      ({ metadata, spec, status }) =>
        metadata.namespace !== 'shop' &&
        names.has(spec.nodeName ?? '') &&
        status?.phase !== 'Succeeded' &&
        status?.phase !== 'Failed',
    );
    const free = (resource: 'cpu' | 'memory') =>
      usable.reduce((sum, { status }) => sum + readQuantity(status.allocatable?.[resource] ?? 0), 0) -
      others.reduce((sum, { spec }) => sum + requestOf(spec, resource), 0);
    const [cpus, memory] = [free('cpu'), free('memory')];
    if (cpus >= demand.cpus && memory >= demand.memoryBytes) return;
    this.advice.push(
      `The shop requests ${round(demand.cpus)} CPUs and ${inGiB(demand.memoryBytes)}, and nodes have ${round(cpus)} ` +
        `and ${inGiB(memory)} left: pods wait until there are more nodes`,
    );
  }

  storage(): Pick<Plan, 'storageClass'> {
    const { storageClasses, claims } = this.#facts;
    const { storageClass: asked, context } = this.#options;
    const names = storageClasses.map(({ metadata }) => metadata.name);
    const present = claims.find(({ metadata }) => /^data-mongo-\d+$/.test(metadata.name))?.spec
      .storageClassName;
    const preset = storageClasses.find(isDefault);
    const chosen =
      asked === undefined ? preset : storageClasses.find(({ metadata }) => metadata.name === asked);
    if (asked !== undefined && chosen === undefined)
      this.problems.push(`There is no StorageClass "${asked}"; there are: ${listOf(names)}`);
    else if (chosen === undefined && present === undefined)
      this.problems.push(
        `No StorageClass is the default. Choose one with --storage-class: ${listOf(names)}. ` +
          `Or make one the default: kubectl --context ${context} annotate storageclass NAME ${defaultClass.storage}=true`,
      );
    // A StatefulSet cannot change the class of its volumes.
    if (present !== undefined && present !== (asked ?? preset?.metadata.name))
      this.problems.push(
        `The database's volumes are of the StorageClass "${present}" and cannot get another one: give --storage-class ${present}`,
      );
    if (chosen !== undefined) this.#provisioner(chosen);
    return asked === undefined ? {} : { storageClass: asked };
  }

  #provisioner({ metadata, provisioner }: StorageClass): void {
    const driver = migrated[provisioner];
    const { csiDrivers } = this.#facts;
    if (driver === undefined || csiDrivers === undefined || csiDrivers.includes(driver)) return;
    this.problems.push(
      `The StorageClass "${metadata.name}" needs the CSI driver ${driver}, which the cluster does not have: no volume would be ` +
        `made. Install it (docs/any-cluster.md), or choose another class`,
    );
  }

  ingress(): Pick<Plan, 'ingress' | 'callers' | 'controllerNamespace'> {
    const { ingressClasses, secrets } = this.#facts;
    const { ingressClass: asked, host, tlsSecret, annotations } = this.#options;
    const names = ingressClasses.map(({ metadata }) => metadata.name);
    const [only] = ingressClasses.length === 1 ? ingressClasses : [];
    const chosen =
      asked === undefined
        ? (ingressClasses.find(isDefault) ?? only)
        : ingressClasses.find(({ metadata }) => metadata.name === asked);
    if (asked !== undefined && chosen === undefined)
      this.problems.push(`There is no IngressClass "${asked}"; there are: ${listOf(names)}`);
    else if (chosen === undefined)
      this.problems.push(
        names.length === 0
          ? 'There is no IngressClass, thus no Ingress controller: install one (docs/any-cluster.md)'
          : `No IngressClass is the default. Choose one with --ingress-class: ${listOf(names)}`,
      );
    const secret = tlsSecret ?? (host === undefined ? undefined : ownTlsSecret);
    if (tlsSecret !== undefined)
      this.#tlsSecret(tlsSecret, secrets.find(({ metadata }) => metadata.name === tlsSecret)?.type);
    if (secret === undefined)
      this.advice.push(
        'The Ingress speaks plain HTTP, and tokens can be read on their way: --host makes a certificate, --tls-secret names one',
      );
    const controller = chosen === undefined ? undefined : controllerOf(chosen.spec?.controller ?? '');
    return {
      ingress: {
        className: chosen?.metadata.name ?? '',
        annotations: {
          ...controller?.annotations,
          ...(secret === undefined ? {} : controller?.tlsOnly),
          ...annotations,
        },
        ...(host === undefined ? {} : { host }),
        ...(secret === undefined ? {} : { tlsSecret: secret }),
      },
      ...(chosen === undefined ? { callers: [] } : this.#callers(chosen)),
    };
  }

  #tlsSecret(name: string, type: string | undefined): void {
    const comesLater = Object.keys(this.#options.annotations).some((key) =>
      key.startsWith('cert-manager.io/'),
    );
    if (type === 'kubernetes.io/tls' || (type === undefined && comesLater)) return;
    const found =
      type === undefined ? 'There is no' : `It is of the type ${type} and not kubernetes.io/tls: the`;
    const kubectl = `kubectl --context ${this.#options.context}`;
    this.problems.push(
      `${found} Secret "${name}" in the namespace shop. Make it: ${this.#facts.namespace === undefined ? `${kubectl} create namespace shop; ` : ''}` +
        `${kubectl} --namespace shop create secret tls ${name} --cert FILE --key FILE`,
    );
  }

  #callers(chosen: IngressClass): Pick<Plan, 'callers' | 'controllerNamespace'> {
    const name = chosen.spec?.controller ?? '';
    if (isOutside(name)) {
      this.problems.push(
        `The IngressClass "${chosen.metadata.name}" is of ${name}, a load balancer that reaches pods from outside of the ` +
          `cluster and needs other annotations, health checks and certificates. Use a controller that runs in pods, ` +
          `behind a Service of type LoadBalancer (docs/any-cluster.md)`,
      );
      return { callers: [] };
    }
    const image = controllerOf(name)?.image;
    const all = this.#facts.pods ?? [];
    const pods = all.filter(({ spec }) =>
      spec.containers.some((container) => image?.test(container.image.split('@')[0] ?? '') ?? false),
    );
    const released = chosen.metadata.annotations?.['meta.helm.sh/release-namespace'];
    const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace));
    const namespace =
      this.#options.ingressNamespace ?? released ?? (namespaces.size === 1 ? [...namespaces][0] : undefined);
    const within = all.filter(({ metadata }) => metadata.namespace === namespace);
    if (namespace === undefined || (within.length === 0 && this.#facts.pods !== undefined)) {
      this.problems.push(
        (namespace === undefined
          ? `Which namespace the pods of the Ingress controller ${name} are in was not found out`
          : `The namespace ${namespace} has no pods, so that the Ingress controller is not there`) +
          ': the network policies have to name it. Give --ingress-namespace',
      );
      return { callers: [] };
    }
    const relevant = pods.filter(({ metadata }) => metadata.namespace === namespace);
    if ((relevant.length > 0 ? relevant : within).some(({ spec }) => spec.hostNetwork === true)) {
      this.advice.push(
        'The Ingress controller uses the network of its nodes, so that no network policy can select it: every pod may send ' +
          'requests to port 3000 of the services, which is the API that the Ingress shows',
      );
      return {
        controllerNamespace: namespace,
        callers: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }],
      };
    }
    return {
      controllerNamespace: namespace,
      callers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
    };
  }

  network(): Pick<Plan, 'apiPorts' | 'nameServers'> {
    const { apiServer, dns, daemonSets } = this.#facts;
    const names = (daemonSets ?? []).map(({ metadata }) => metadata.name);
    if (daemonSets !== undefined && !names.some((name) => enforcers.test(name)))
      this.advice.push(
        'Nothing was found that is known to enforce network policies. They are tried when the shop is there',
      );
    if (dns === undefined)
      this.advice.push(
        'There is no Service kube-dns in kube-system. The policies allow DNS queries to pods with the label k8s-app=kube-dns there: ' +
          'when the cluster has other DNS servers and enforces policies, names are not resolved (docs/any-cluster.md)',
      );
    const addresses = dns?.spec.clusterIPs ?? [dns?.spec.clusterIP ?? 'None'];
    const nodeLocal = names.includes('node-local-dns') ? ['169.254.20.10'] : [];
    const ports = apiServer.flatMap((slice) => (slice.ports ?? []).flatMap(({ port }) => port ?? []));
    return {
      apiPorts: [...new Set([443, 6443, ...ports])].sort((a, b) => a - b),
      nameServers: [...addresses.filter((address) => /^[\da-f.:]+$/i.test(address)), ...nodeLocal].map(
        (address) => ({
          ipBlock: { cidr: `${address}/${address.includes(':') ? 128 : 32}` },
        }),
      ),
    };
  }

  quotas(demand: Demand): void {
    const needed: Readonly<Record<string, number>> = {
      pods: demand.pods,
      'count/pods': demand.pods,
      cpu: demand.cpus,
      memory: demand.memoryBytes,
      'requests.cpu': demand.cpus,
      'requests.memory': demand.memoryBytes,
      'limits.memory': demand.limitsMemoryBytes,
      persistentvolumeclaims: demand.claims,
      'requests.storage': demand.storageBytes,
    };
    // If the shop is already deployed, the quota already counts it.
    if (this.#facts.workloads.length > 0) return;
    for (const { metadata, status } of this.#facts.quotas) {
      const { hard = {}, used = {} } = status ?? {};
      if (metadata.name === 'shop') continue;
      const low = Object.entries(hard).flatMap(([resource, limit]) => {
        const left = readQuantity(limit) - readQuantity(used[resource] ?? 0);
        return (needed[resource] ?? 0) > left ? [`${resource}: ${limit} less ${used[resource] ?? 0}`] : [];
      });
      if (low.length > 0)
        this.problems.push(
          `The ResourceQuota "${metadata.name}" of the namespace shop has no room for it (${low.join('; ')}); it needs ` +
            `${demand.pods} pods, ${round(demand.cpus)} CPUs, ${inGiB(demand.memoryBytes)} requested, ` +
            `${inGiB(demand.limitsMemoryBytes)} as limits, ${demand.claims} volumes of ${inGiB(demand.storageBytes)} in all`,
        );
      if (hard['limits.cpu'] !== undefined)
        this.problems.push(
          `The ResourceQuota "${metadata.name}" wants a CPU limit of every container, and the shop's have none`,
        );
    }
  }

  pullSecret(): Pick<Plan, 'pullSecret'> {
    const { pullSecret, context } = this.#options;
    if (pullSecret === undefined) return {};
    const found = this.#facts.secrets.find(({ metadata }) => metadata.name === pullSecret);
    if (found?.type !== 'kubernetes.io/dockerconfigjson')
      this.problems.push(
        `There is no Secret "${pullSecret}" of type kubernetes.io/dockerconfigjson in the namespace shop. Make it: kubectl ` +
          `--context ${context} --namespace shop create secret docker-registry ${pullSecret} --docker-server=… --docker-username=… --docker-password=…`,
      );
    return { pullSecret };
  }
}

/** Judges everything. If the cluster does not respond, only that is reported. */
export function judge(facts: Facts, options: Options, demand: Demand): Judgement {
  const judge = new Judge(facts, options);
  judge.cluster();
  if (facts.version === undefined) {
    const empty = { className: '', annotations: {} };
    const { problems, advice } = judge;
    return {
      problems,
      advice,
      plan: { ingress: empty, callers: [], apiPorts: [], nameServers: [], spreadBy: 'node', platforms: [] },
    };
  }
  judge.namespace();
  judge.quotas(demand);
  const plan: Plan = {
    ...judge.nodes(demand),
    ...judge.storage(),
    ...judge.ingress(),
    ...judge.network(),
    ...judge.pullSecret(),
  };
  return { problems: judge.problems, advice: judge.advice, plan };
}

const defaultClass = {
  ingress: 'ingressclass.kubernetes.io/is-default-class',
  storage: 'storageclass.kubernetes.io/is-default-class',
} as const;

const isDefault = ({ metadata }: IngressClass | StorageClass): boolean =>
  Object.values(defaultClass).some((key) => metadata.annotations?.[key] === 'true');

const isTainted = ({ taints = [] }: Node['spec']): boolean =>
  taints.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');

/** Whether a pod without tolerations may run there. */
const isUsable = ({ spec, status }: Node): boolean =>
  spec.unschedulable !== true &&
  !isTainted(spec) &&
  status.nodeInfo.operatingSystem === 'linux' &&
  isTrue(status.conditions, 'Ready');

const listOf = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** Kubernetes' built-in provisioners were removed; these do their work: kubernetes.io/docs/concepts/storage/volumes */
const migrated: Readonly<Record<string, string>> = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'ebs.csi.aws.com': 'ebs.csi.aws.com',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'pd.csi.storage.gke.io': 'pd.csi.storage.gke.io',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'disk.csi.azure.com': 'disk.csi.azure.com',
};

/** Programs that run on every node and enforce network policies; aws-node and k3s do when they are configured to. */
const enforcers =
  /^(calico-node|canal|cilium|anetd|antrea-agent|kindnet|kube-router|azure-npm|azure-cns|aws-node|weave-net|kube-network-policies|ovnkube-node)/;
