import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@shop/testing/eventually';
import { watchKubernetes, type Kubernetes } from '../src/kubernetes/index.ts';
import { applyMessage, emptyScene } from '../src/scene/messages.ts';
import { Scene } from '../src/scene/scene.ts';
import { FakeApi } from './support/fake-api.ts';

const pods = '/api/v1/namespaces/shop/pods';
const nodes = '/api/v1/nodes';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const statefulSets = '/apis/apps/v1/namespaces/shop/statefulsets';
const autoscalers = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';

const node = (name: string, change: { ready?: boolean; cordoned?: boolean } = {}) => ({
  metadata: { name, labels: { 'topology.kubernetes.io/zone': 'a' } },
  spec: {
    unschedulable: change.cordoned ?? false,
    taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
  },
  status: { conditions: [{ type: 'Ready', status: (change.ready ?? true) ? 'True' : 'Unknown' }] },
});

interface PodChange {
  readonly app?: string;
  readonly ready?: boolean;
  readonly deleted?: boolean;
  readonly phase?: string;
  readonly waiting?: string;
  readonly restarts?: number;
  readonly node?: string | undefined;
}

const pod = (name: string, change: PodChange = {}) => {
  const { app = 'product', ready = true, restarts = 0, waiting, phase = 'Running' } = change;
  const running = waiting === undefined ? { running: {} } : { waiting: { reason: waiting } };
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      labels: { app, tier: 'service' },
      ownerReferences: [{ kind: 'ReplicaSet', name: `${app}-6f7c9d`, apiVersion: 'apps/v1', uid: 'x' }],
      ...(change.deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: {
      ...('node' in change && change.node === undefined ? {} : { nodeName: change.node ?? 'worker' }),
      containers: [{ name: 'app' }],
      initContainers: [{ name: 'prepare' }, { name: 'ambassador', restartPolicy: 'Always' }],
    },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        { name: 'app', ready, restartCount: restarts, state: running, imageID: 'x@sha256:0123456789abcdef' },
      ],
      initContainerStatuses: [
        { name: 'prepare', ready: true, restartCount: 0, state: { terminated: { exitCode: 0 } } },
        { name: 'ambassador', ready: true, restartCount: 0, state: { running: {} } },
      ],
    },
  };
};

const member = (name: string) => ({
  ...pod(name, { app: 'mongo' }),
  spec: { nodeName: 'worker', containers: [{ name: 'mongod' }] },
});

const deployment = (name: string, replicas: number, status: object = {}) => ({
  metadata: { name, namespace: 'shop', generation: 1 },
  spec: { replicas, template: { metadata: { labels: { app: name, tier: 'service' } } } },
  status: { observedGeneration: 1, replicas, updatedReplicas: replicas, readyReplicas: replicas, ...status },
});

describe('a shop on Kubernetes', () => {
  let api: FakeApi;
  let scene: Scene;
  let watched: Kubernetes;
  let breakers: string;

  beforeEach(async () => {
    breakers = '[]';
    api = new FakeApi();
    await api.start();
    api.put(nodes, node('worker'));
    api.put(pods, pod('product-1'));
    api.put(deployments, deployment('product', 1));
    scene = new Scene();
    const admin = { get: async () => breakers, close: () => undefined };
    watched = watchKubernetes({ context: 'kind-fake', namespace: 'shop', scene, config: api.config, admin });
    await eventually('it is seen', () => scene.get('target', 'target')?.state === 'live');
    await eventually('its pod is seen', () => unit('product-1') !== undefined);
    await eventually('all is watched', () => api.watching === 10);
  });
  afterEach(async () => {
    await watched.close();
    await api.stop();
  });

  const unit = (name: string) => scene.get('unit', `uid-${name}`);
  const eventsSoFar = (): string[] => {
    let events: string[] = [];
    scene.subscribe((message) => {
      events = applyMessage(emptyScene, message).events.map(({ type, subject }) => `${type} ${subject}`);
    })();
    return events;
  };

  test('is shown with its nodes, pods, native sidecars and owners', () => {
    expect(scene.get('place', 'worker')).toMatchObject({
      zone: 'a',
      ready: true,
      taints: ['gpu=yes:NoSchedule'],
    });
    expect(unit('product-1')).toMatchObject({
      app: 'product',
      state: 'ready',
      place: 'worker',
      owner: 'Deployment/product',
      parts: [
        { name: 'app', sidecar: false, state: 'ready', detail: '01234567' },
        { name: 'ambassador', sidecar: true, state: 'ready' },
      ],
    });
    expect(scene.get('service', 'product')).toMatchObject({ role: 'service', ready: 1, wanted: 1 });
  });

  test('a deleted pod is seen at once, by the watch that is open, and its successor', async () => {
    const requests = () => api.asked.filter((path) => path === pods).length;
    const before = requests();
    api.put(pods, pod('product-1', { deleted: true }));
    await eventually('it stops', () => unit('product-1')?.state === 'stopping');
    expect(requests()).toBe(before);
    api.put(pods, pod('product-2', { ready: false }));
    api.remove(pods, 'product-1');
    await eventually('it is gone', () => unit('product-1') === undefined);
    api.put(pods, pod('product-2'));
    await eventually('the next one is ready', () => unit('product-2')?.state === 'ready');
    expect(eventsSoFar()).toEqual([
      'unit-stopping product-1',
      'unit-gone product-1',
      'unit-created product-2',
      'unit-ready product-2',
    ]);
  });

  test.each([
    [
      { ready: false, waiting: 'CrashLoopBackOff', restarts: 3 },
      { state: 'waiting', reason: 'CrashLoopBackOff', restarts: 3 },
    ],
    [
      { ready: false, waiting: 'ImagePullBackOff' },
      { state: 'waiting', reason: 'ImagePullBackOff' },
    ],
    [{ ready: false, waiting: 'ContainerCreating' }, { state: 'starting' }],
    [{ ready: false }, { state: 'starting' }],
    [{ ready: false, phase: 'Failed' }, { state: 'failed' }],
    [{ ready: false, phase: 'Succeeded' }, { state: 'done' }],
  ] as const)('a pod with %j is %j', async (change, expected) => {
    api.put(pods, pod('other', change));
    await eventually('it is seen', () => unit('other') !== undefined);
    expect(unit('other')).toMatchObject(expected);
  });

  test('a cordoned and a lost node are seen', async () => {
    api.put(nodes, node('worker', { cordoned: true }));
    await eventually('it is cordoned', () => scene.get('place', 'worker')?.cordoned === true);
    api.put(nodes, node('worker', { ready: false, cordoned: true }));
    await eventually('it is lost', () => scene.get('place', 'worker')?.ready === false);
    expect(eventsSoFar()).toEqual(['place-cordoned worker', 'place-lost worker']);
  });

  test('a rollout, a scaling and an autoscaler are seen', async () => {
    api.put(deployments, deployment('product', 2, { replicas: 3, updatedReplicas: 1, readyReplicas: 2 }));
    await eventually(
      'it is being replaced',
      () => scene.get('workload', 'Deployment/product')?.updated === 1,
    );
    api.put(deployments, deployment('product', 2));
    await eventually('it is replaced', () => scene.get('workload', 'Deployment/product')?.state === 'steady');
    scene.flush();
    expect(eventsSoFar()).toEqual(['scaled product', 'rollout product', 'rollout-done product']);
    api.put(autoscalers, {
      metadata: { name: 'product', namespace: 'shop' },
      spec: {
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
      },
      status: {
        currentReplicas: 2,
        desiredReplicas: 4,
        currentMetrics: [{ type: 'Resource', resource: { current: { averageUtilization: 140 } } }],
      },
    } as never);
    await eventually(
      'it is seen',
      () => scene.get('workload', 'HorizontalPodAutoscaler/product') !== undefined,
    );
    expect(scene.get('workload', 'HorizontalPodAutoscaler/product')).toMatchObject({
      ready: 2,
      wanted: 4,
      state: 'changing',
      detail: '2–6 · cpu 140% / 70%',
    });
  });

  test('breakers come from the ambassadors, on the line between services', async () => {
    api.put(deployments, deployment('user', 1));
    breakers = JSON.stringify([
      {
        upstream: 'http://user',
        state: 'open',
        since: '2026-01-01T00:00:00Z',
        nextTrialAt: '2026-01-01T00:00:05Z',
        counts: { fires: 1, successes: 0, failures: 1, timeouts: 0, rejects: 2, fallbacks: 3 },
      },
    ]);
    await eventually('it is open', () => scene.get('breaker', 'product-1-user')?.state === 'open');
    expect(scene.get('breaker', 'product-1-user')).toMatchObject({ from: 'product', to: 'user' });
    expect(scene.get('link', 'product-user')).toBeDefined();
  });

  test('a primary that hands over is seen', async () => {
    breakers = 'replica_set_is_primary 0';
    api.put(statefulSets, { ...deployment('mongo', 1), status: { replicas: 1, readyReplicas: 1 } } as never);
    api.put(pods, member('mongo-0'));
    await eventually('it is a secondary', () => unit('mongo-0')?.role === 'secondary');
    breakers = 'replica_set_is_primary 1';
    await eventually('it is the primary', () => unit('mongo-0')?.role === 'primary');
    expect(eventsSoFar().at(-1)).toBe('primary mongo-0');
  });

  test('broken watches are opened again, and what was missed is seen', async () => {
    api.breakWatches();
    api.put(pods, pod('product-3'));
    await eventually('it is seen', () => unit('product-3') !== undefined);
    expect(unit('product-3')?.state).toBe('ready');
  });

  test('an API that refuses says so, and is tried again', async () => {
    api.refuse = true;
    api.breakWatches();
    await eventually('it is lost', () => scene.get('target', 'target')?.state === 'lost');
    expect(scene.get('target', 'target')?.problem).toMatchObject({
      code: 'cluster-lost',
      context: 'kind-fake',
    });
    api.refuse = false;
    await eventually('it is back', () => scene.get('target', 'target')?.state === 'live');
  });

  test('nothing is written and no Secret is read', () => {
    expect([...api.methods]).toEqual(['GET']);
    expect(api.asked.filter((path) => path.includes('secret'))).toEqual([]);
  });
});
