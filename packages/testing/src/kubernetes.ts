/** Kubernetes' objects, as far as scripts and tests read them, and how to describe their states. */

interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

export interface Node {
  readonly metadata: Meta;
  readonly spec: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status: {
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly nodeInfo: { readonly architecture: string; readonly operatingSystem: string };
    readonly conditions?: readonly Condition[];
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly imageID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: { readonly exitCode: number };
  };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly reason?: string } };
}

export interface Pod {
  readonly metadata: Meta & { readonly namespace: string; readonly uid: string };
  readonly spec: PodSpec;
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** A Deployment or a StatefulSet. */
export interface Workload {
  readonly metadata: Meta;
  readonly spec: { readonly replicas?: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

export interface IngressClass {
  readonly metadata: Meta;
  readonly spec?: { readonly controller?: string };
}

export interface StorageClass {
  readonly metadata: Meta;
  readonly provisioner: string;
}

export interface Named {
  readonly metadata: Meta;
}

export interface Quota {
  readonly metadata: Meta;
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

export interface EndpointSlice {
  readonly metadata: Meta;
  readonly ports?: readonly { readonly port?: number }[];
}

export interface Service {
  readonly metadata: Meta;
  readonly spec: { readonly clusterIP?: string; readonly clusterIPs?: readonly string[] };
}

export interface Claim {
  readonly metadata: Meta;
  readonly spec: { readonly storageClassName?: string };
}

export interface Secret {
  readonly metadata: Meta;
  readonly type?: string;
}

/** A document of a rendered overlay. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
  readonly spec?: {
    readonly replicas?: number;
    /** Of a HorizontalPodAutoscaler. */
    readonly maxReplicas?: number;
    /** Of a ResourceQuota. */
    readonly hard?: Readonly<Record<string, string>>;
    readonly template?: { readonly metadata?: Partial<Meta>; readonly spec: PodSpec };
    readonly jobTemplate?: {
      readonly spec: { readonly template: { readonly metadata?: Partial<Meta>; readonly spec: PodSpec } };
    };
    readonly volumeClaimTemplates?: readonly {
      readonly metadata: Meta;
      readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
    }[];
  };
}

/** Whether a condition of this type is true. */
export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');

/** Whether it gets requests: ready, and not being deleted. */
export const isReady = ({ metadata, status }: Pick<Pod, 'metadata' | 'status'>): boolean =>
  metadata.deletionTimestamp === undefined && isTrue(status.conditions, 'Ready');

/** First those of init containers, which include sidecars, then those of the others. */
export const containerStatusesOf = ({
  initContainerStatuses = [],
  containerStatuses = [],
}: Pod['status']): readonly ContainerStatus[] => [...initContainerStatuses, ...containerStatuses];

/** Why a workload does not match its spec; undefined when all of its pods are new and ready. */
export function unsettled({ metadata, spec, status }: Workload): string | undefined {
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, readyReplicas = 0, updatedReplicas = wanted } = status;
  if (status.observedGeneration !== metadata.generation) return 'its last change is not seen yet';
  if (updatedReplicas < wanted) return `${updatedReplicas} of ${wanted} pods are new`;
  if (readyReplicas !== wanted) return `${readyReplicas} of ${wanted} pods are ready`;
  if (replicas !== wanted) return `${replicas} pods for ${wanted}`;
  return undefined;
}
