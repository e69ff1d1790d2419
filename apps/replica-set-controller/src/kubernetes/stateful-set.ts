import { z } from 'zod';
import type { KubernetesApi } from './api.ts';

const statefulSet = z.object({ spec: z.object({ replicas: z.int().min(0).default(1) }) });

/** How many pods the StatefulSet should have now. @throws what the API throws. */
export async function readReplicas(api: KubernetesApi, namespace: string, name: string): Promise<number> {
  const object = await api.get(`/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}`);
  return statefulSet.parse(object).spec.replicas;
}
