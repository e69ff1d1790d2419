/** A made-up shop on a cluster, as the board gets it: any number of pods, any number of changes a second. */
import type { Breaker, Entity, Message, Place, SceneEvent, Service, Unit, Workload } from '@shop/board';

const apps = ['product', 'user'] as const;
const nodeCount = 6;

const place = (index: number): Place => ({
  kind: 'place',
  id: index === 0 ? 'shop-control-plane' : `shop-worker${index}`,
  name: index === 0 ? 'shop-control-plane' : `shop-worker${index}`,
  zone: `zone-${'abc'[index % 3]}`,
  ...(index === 0 ? { controlPlane: true as const } : {}),
  ready: true,
  cordoned: false,
  taints: [],
});

function unit(index: number, change: Partial<Unit> = {}): Unit {
  const app = index < 3 ? 'mongo' : (apps[index % 2] ?? 'product');
  const name = app === 'mongo' ? `mongo-${index}` : `${app}-6f7c9d54b-${index.toString(36).padStart(5, 'x')}`;
  const state = change.state ?? 'ready';
  const part = (partName: string, sidecar: boolean) => ({
    name: partName,
    sidecar,
    state,
    restarts: change.restarts ?? 0,
    detail: 'a1b2c3d4',
  });
  return {
    kind: 'unit',
    id: `uid-${index}`,
    name,
    app,
    namespace: 'shop',
    place: `shop-worker${1 + (index % (nodeCount - 1))}`,
    state,
    restarts: 0,
    owner: app === 'mongo' ? 'StatefulSet/mongo' : `Deployment/${app}`,
    parts:
      app === 'mongo'
        ? [part('mongod', false), part('replica-set-controller', true)]
        : [part('app', false), part('ambassador', true), part('log-sidecar', true)],
    ...(app === 'mongo' ? { role: index === 0 ? ('primary' as const) : ('secondary' as const) } : {}),
    ...change,
  };
}

const service = (
  id: string,
  role: Service['role'],
  technology: string,
  count: number,
  name = id,
): Service => ({
  kind: 'service',
  id,
  name,
  role,
  technology,
  ready: count,
  wanted: count,
});

const workload = (type: Workload['type'], name: string, count: number): Workload => ({
  kind: 'workload',
  id: `${type}/${name}`,
  name,
  type,
  ready: count,
  wanted: count,
  state: 'steady',
});

const breaker = (from: string, to: string, state: Breaker['state'], at: number): Breaker => ({
  kind: 'breaker',
  id: `${from}-${to}`,
  unit: 'uid-4',
  from,
  to,
  state,
  since: at,
  ...(state === 'open' ? { nextTrialAt: at + 5_000 } : {}),
  counts: { fires: 98, failures: state === 'closed' ? 0 : 61, rejects: 0, fallbacks: 0 },
});

export interface BigCluster {
  readonly pods: number;
  readonly changesPerSecond: number;
  readonly seconds: number;
}

/** The whole scene first, then what happens to it. Times begin at `at`. */
export function* bigCluster({ pods, changesPerSecond, seconds }: BigCluster, at: number): Iterable<Message> {
  const each = Math.ceil((pods - 3) / 2);
  const entities: Entity[] = [
    { kind: 'target', id: 'target', platform: 'kind', name: 'kind-shop', state: 'live' },
    ...Array.from({ length: nodeCount }, (_, index) => place(index)),
    ...Array.from({ length: pods }, (_, index) => unit(index)),
    service('traefik', 'entry', 'Traefik', 2, 'Ingress'),
    service('product', 'service', 'NestJS', each),
    service('user', 'service', 'NestJS', each),
    service('mongo', 'store', 'MongoDB', 3),
    ...[
      ['traefik', 'product'],
      ['traefik', 'user'],
      ['product', 'user'],
      ['user', 'product'],
      ['product', 'mongo'],
      ['user', 'mongo'],
    ].map(([from = '', to = '']) => ({ kind: 'link' as const, id: `${from}-${to}`, from, to })),
    breaker('product', 'user', 'closed', at),
    breaker('user', 'product', 'closed', at),
    workload('Deployment', 'product', each),
    workload('Deployment', 'user', each),
    workload('StatefulSet', 'mongo', 3),
    ...[0, 1, 2].map((index) => ({
      kind: 'volume' as const,
      id: `data-mongo-${index}`,
      name: `data-mongo-${index}`,
      bound: true,
      capacity: '1Gi',
      units: [`uid-${index}`],
    })),
    {
      kind: 'traffic',
      id: 'traffic',
      on: true,
      perSecond: 40,
      maxPerSecond: 50,
      url: 'https://localhost:8443',
      total: { live: 4_000, fallback: 0, failed: 0 },
    },
  ];
  yield { type: 'scene', at, entities, events: [], seconds: [] };

  const everyMs = 1_000 / changesPerSecond;
  for (let change = 0; change < seconds * changesPerSecond; change += 1) {
    const now = at + (change + 1) * everyMs;
    const index = 3 + ((change * 7) % (pods - 3));
    const state = change % 4 === 3 ? ('starting' as const) : ('ready' as const);
    const next = unit(index, { state, restarts: change % 50 });
    const events: SceneEvent[] =
      state === 'starting' ? [{ at: now, type: 'unit-restarted', subject: next.name, detail: 'app' }] : [];
    yield { type: 'change', at: now, put: [next], drop: [], events };
    if ((change + 1) % changesPerSecond !== 0) continue;
    const wave = Math.sin(change / 200);
    const fallback = wave > 0.8 ? 12 : 0;
    const second = {
      at: now - 1_000,
      live: 40 - fallback,
      fallback,
      failed: 0,
      p50: 6 + wave,
      p99: 22 + wave * 9,
    };
    yield { type: 'second', at: now, second };
  }
}
