/** What is read of Kubernetes' objects: the members that the checks look at. */

interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
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
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
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
  readonly volumes?: readonly object[];
}

export interface Pod {
  readonly metadata: Meta;
  readonly spec: PodSpec;
  readonly status?: { readonly phase?: string };
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
