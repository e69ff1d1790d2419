import { z } from 'zod';
import type { KubernetesApi } from './api.ts';

/**
 * What is known of the replica set outside of its volumes.
 * - no state: there has never been a set; ordinal 0 may initiate one
 * - `initiating`: ordinal 0 has begun to. There is no user and so no data, and it may begin again
 * - `initiated`: there is a set that may contain data; no controller ever initiates another one
 */
export interface Marker {
  readonly state?: 'initiating' | 'initiated' | undefined;
  /** `settings.replicaSetId`, 24 hex digits. */
  readonly replicaSetId?: string | undefined;
  /** The last configuration that was seen committed: an older one on a volume is out of date. */
  readonly configVersion?: number | undefined;
}

const configMap = z.looseObject({
  data: z
    .object({
      state: z.enum(['initiating', 'initiated']),
      replicaSetId: z.string().optional(),
      configVersion: z.coerce.number().int().optional(),
    })
    .optional(),
});

/**
 * The marker is in a ConfigMap that the manifests create without data, so the controller needs no right to create one.
 * `kubectl apply` does not touch its data, because the manifest has none.
 */
export class MarkerStore {
  readonly #api: KubernetesApi;
  readonly #path: string;

  constructor(api: KubernetesApi, namespace: string, name: string) {
    this.#api = api;
    this.#path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  }

  async read(): Promise<Marker> {
    return configMap.parse(await this.#api.get(this.#path)).data ?? {};
  }

  /**
   * Changes the marker in one atomic step.
   * @param change returns the new marker for the present one; undefined leaves it unchanged.
   * @throws {ApiError} 409 when it was changed meanwhile; then the caller reads it again.
   */
  async update(change: (marker: Marker) => Marker | undefined): Promise<Marker> {
    const object = configMap.parse(await this.#api.get(this.#path));
    const before = object.data ?? {};
    const after = change(before);
    if (after === undefined) return before;
    const data = Object.fromEntries(
      Object.entries(after).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
    );
    await this.#api.put(this.#path, { ...object, data });
    return after;
  }
}
