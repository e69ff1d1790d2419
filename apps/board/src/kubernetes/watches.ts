import {
  AppsV1Api,
  AutoscalingV2Api,
  BatchV1Api,
  CoreV1Api,
  makeInformer,
  NetworkingV1Api,
  type KubeConfig,
  type KubernetesObject,
  type ListPromise,
  type ObjectCache,
} from '@kubernetes/client-node';
import type { ClusterObjects } from './cluster-entities.ts';

/** Pause after a watch has failed. */
const againMs = 1_000;

export interface Watches {
  /** The present objects. */
  objects(): ClusterObjects;
  /** Whether everything has been listed once, so that further objects are new. */
  isComplete(): boolean;
  stop(): Promise<void>;
}

export interface WatchEvents {
  /** Some object has changed. */
  readonly changed: () => void;
  /** The API responds. */
  readonly seen: () => void;
  /** The API does not respond, or refuses. */
  readonly failed: (error: Error) => void;
}

/**
 * Watches everything that is shown. It reads no Secrets and writes nothing.
 * @param namespace of the shop; that of the Ingress controller is `traefik`.
 */
export function watchCluster(config: KubeConfig, namespace: string, events: WatchEvents): Watches {
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const networking = config.makeApiClient(NetworkingV1Api);
  const batch = config.makeApiClient(BatchV1Api);
  const autoscaling = config.makeApiClient(AutoscalingV2Api);
  let stopped = false;
  const informers: { stop(): Promise<void> }[] = [];
  const unlisted = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();

  function watch<T extends KubernetesObject>(path: string, list: ListPromise<T>): ObjectCache<T> {
    unlisted.add(path);
    const informer = makeInformer<T>(config, path, async () => {
      const found = await list();
      unlisted.delete(path);
      events.seen();
      return found;
    });
    informer.on('change', () => {
      events.seen();
      events.changed();
    });
    const start = () => {
      informer.start().then(events.changed, failed);
    };
    const failed = (error: unknown) => {
      if (stopped) return;
      events.failed(error instanceof Error ? error : new Error(String(error)));
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (stopped) return;
        // A watch that is opened again reports nothing until something changes.
        void again();
      }, againMs);
      timers.add(timer);
    };
    const again = async () => {
      try {
        await list();
        events.seen();
        start();
      } catch (error) {
        failed(error);
      }
    };
    informer.on('error', failed);
    start();
    informers.push(informer);
    return informer;
  }

  const own = { namespace };
  const pods = watch(`/api/v1/namespaces/${namespace}/pods`, () => core.listNamespacedPod(own));
  const front = { namespace: 'traefik' };
  const frontPods = watch('/api/v1/namespaces/traefik/pods', () => core.listNamespacedPod(front));
  const nodes = watch('/api/v1/nodes', () => core.listNode());
  const claims = watch(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, () =>
    core.listNamespacedPersistentVolumeClaim(own),
  );
  const deployments = watch(`/apis/apps/v1/namespaces/${namespace}/deployments`, () =>
    apps.listNamespacedDeployment(own),
  );
  const frontDeployments = watch('/apis/apps/v1/namespaces/traefik/deployments', () =>
    apps.listNamespacedDeployment(front),
  );
  const statefulSets = watch(`/apis/apps/v1/namespaces/${namespace}/statefulsets`, () =>
    apps.listNamespacedStatefulSet(own),
  );
  const jobs = watch(`/apis/batch/v1/namespaces/${namespace}/jobs`, () => batch.listNamespacedJob(own));
  const autoscalers = watch(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, () =>
    autoscaling.listNamespacedHorizontalPodAutoscaler(own),
  );
  const ingresses = watch(`/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`, () =>
    networking.listNamespacedIngress(own),
  );

  return {
    isComplete: () => unlisted.size === 0,
    objects: () => ({
      nodes: nodes.list(),
      pods: [...pods.list(), ...frontPods.list()],
      deployments: [...deployments.list(), ...frontDeployments.list()],
      statefulSets: statefulSets.list(),
      jobs: jobs.list(),
      autoscalers: autoscalers.list(),
      claims: claims.list(),
      ingresses: ingresses.list(),
    }),
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(informers.map((informer) => informer.stop()));
    },
  };
}
