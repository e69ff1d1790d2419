import type { Problem } from '../problems/problem.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import type { LineFinder } from '../request/one-request.ts';
import { keyOf, type Target } from '../scene/entities.ts';
import type { Scene } from '../scene/scene.ts';
import { ForwardedAdminPorts, type AdminPorts } from './admin-ports.ts';
import { clusterEntities, clusterKinds, type Observed } from './cluster-entities.ts';
import { observe } from './observe.ts';
import { podLogs } from './pod-logs.ts';
import { watchCluster } from './watches.ts';

export interface KubernetesOptions {
  /** Of kubectl's configuration. */
  readonly context: string;
  readonly namespace: string;
  readonly scene: Scene;
  /** Replaces the user's own configuration, in tests. */
  readonly config?: KubeConfig;
  readonly admin?: AdminPorts;
}

export interface Kubernetes {
  readonly lines: LineFinder;
  close(): Promise<void>;
}

/** Time between a change and the next reading of all objects: a rollout changes many at once. */
const gatherMs = 30;
/** Counts and roles are not objects of the API, so they are queried. */
const observeEveryMs = 1_000;

/** There is no such context. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
}

/**
 * Watches the shop on a cluster, with the user's own rights; writes nothing and reads no Secret.
 * @throws {ContextError}
 */
export function watchKubernetes({ context, namespace, scene, ...options }: KubernetesOptions): Kubernetes {
  const config = options.config ?? ownConfig(context);
  const admin = options.admin ?? new ForwardedAdminPorts(config);
  let observed: Observed = { roles: new Map(), breakers: [] };
  let timer: NodeJS.Timeout | undefined;
  let isLive = false;
  const ending = new AbortController();
  const { signal } = ending;

  const put = (state: Target['state'], problem?: Problem) =>
    scene.put({
      kind: 'target',
      id: 'target',
      platform: 'kind',
      name: context,
      state,
      ...(problem === undefined ? {} : { problem }),
    });

  function show(): void {
    timer = undefined;
    const objects = watches.objects();
    const entities = clusterEntities(objects, observed);
    const keys = new Set(entities.map((entity) => keyOf(entity)));
    for (const kind of clusterKinds)
      for (const entity of scene.all(kind)) if (!keys.has(keyOf(entity))) scene.drop(keyOf(entity));
    for (const entity of entities) scene.put(entity);
    if (isLive && watches.isComplete()) put('live');
  }
  const changed = () => {
    if (!signal.aborted) timer ??= setTimeout(show, gatherMs);
  };

  put('connecting');
  const watches = watchCluster(config, namespace, {
    changed,
    seen: () => {
      isLive = true;
      changed();
    },
    failed: (error) => {
      isLive = false;
      put('lost', { code: 'cluster-lost', context, reason: shortReason(error) });
    },
  });

  async function keepObserving(): Promise<void> {
    while (!signal.aborted) {
      observed = await observe(watches.objects().pods, admin);
      changed();
      await delay(observeEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  const observing = keepObserving();

  return {
    lines: podLogs(config, () => watches.objects().pods),
    async close() {
      ending.abort();
      clearTimeout(timer);
      await watches.stop();
      admin.close();
      await observing;
    },
  };
}

function ownConfig(context: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromDefault();
  if (!config.getContexts().some(({ name }) => name === context))
    throw new ContextError(`kubectl knows no context ${context}. npm run up makes the cluster.`);
  config.setCurrentContext(context);
  return config;
}

/** The beginning of the message: an API's response can be long. */
const shortReason = (error: Error): string => {
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  return code ?? error.message.split('\n')[0]?.slice(0, 120) ?? 'no reason';
};
