/** What the shop requests from a cluster, according to its rendered manifests. */
import type { Container, Manifest, PodSpec } from '@shop/testing/kubernetes';
import { readQuantity } from './quantity.ts';

export interface Demand {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly limitsMemoryBytes: number;
  readonly pods: number;
  readonly claims: number;
  readonly storageBytes: number;
}

/** A pod as a workload creates it, and the number of such pods. */
export interface PodTemplate {
  /** The workload that makes it. */
  readonly name: string;
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export function podTemplatesOf(manifests: readonly Manifest[]): PodTemplate[] {
  return manifests.flatMap(({ metadata, spec }) => {
    const template = spec?.template ?? spec?.jobTemplate?.spec.template;
    if (template === undefined) return [];
    // A StatefulSet adds a volume for each of its claims.
    const volumes = (spec?.volumeClaimTemplates ?? []).map((claim) => ({
      name: claim.metadata.name,
      emptyDir: {},
    }));
    return [
      {
        name: metadata.name,
        replicas: spec?.replicas ?? 1,
        labels: template.metadata?.labels ?? {},
        spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...volumes] },
      },
    ];
  });
}

export function demandOf(manifests: readonly Manifest[]): Demand {
  const templates = podTemplatesOf(manifests);
  const sum = (of: (spec: PodSpec) => number) =>
    templates.reduce((total, { spec, replicas }) => total + replicas * of(spec), 0);
  const volumes = manifests.flatMap(({ spec }) =>
    (spec?.volumeClaimTemplates ?? []).map((claim) => ({
      count: spec?.replicas ?? 1,
      bytes: readQuantity(claim.spec.resources.requests.storage),
    })),
  );
  return {
    cpus: sum((spec) => requestOf(spec, 'cpu')),
    memoryBytes: sum((spec) => requestOf(spec, 'memory')),
    limitsMemoryBytes: sum((spec) => requestOf(spec, 'memory', 'limits')),
    pods: sum(() => 1),
    claims: volumes.reduce((total, { count }) => total + count, 0),
    storageBytes: volumes.reduce((total, { count, bytes }) => total + count * bytes, 0),
  };
}

/**
 * What the scheduler counts for a pod: its containers and native sidecars. (Other init containers are smaller in every
 * pod of ours.)
 */
export function requestOf(
  { containers, initContainers = [] }: PodSpec,
  resource: 'cpu' | 'memory',
  of: 'requests' | 'limits' = 'requests',
): number {
  const counted: readonly Container[] = [
    ...containers,
    ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ];
  return counted.reduce((total, { resources }) => total + readQuantity(resources?.[of]?.[resource] ?? 0), 0);
}
