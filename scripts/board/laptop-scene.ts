/** The laptop's programs as a scene: what is a pod with its sidecars in the cluster is a unit here, too. */
import type { Breaker, Entity, Part, Service, Unit, UnitState } from '@shop/board';
import type { LaptopStatus } from '../laptop/control-protocol.ts';
import type { State } from '../laptop/program.ts';

const states: Readonly<Record<State, UnitState>> = {
  stopped: 'stopped',
  starting: 'starting',
  ready: 'ready',
  'waiting to restart': 'waiting',
  stopping: 'stopping',
};

/** Which program is at whose side; the first one is what the unit is there for. */
const units: readonly { readonly id: string; readonly programs: readonly string[] }[] = [
  { id: 'front-door', programs: ['front-door'] },
  { id: 'product', programs: ['product', 'product-ambassador'] },
  { id: 'user', programs: ['user', 'user-ambassador'] },
];
/** Each service's ambassador has one upstream: the other service. */
export const neighbourOf: Readonly<Record<string, string>> = { product: 'user', user: 'product' };

const place = 'laptop';

const links = [
  ['front-door', 'product'],
  ['front-door', 'user'],
  ['product', 'user'],
  ['user', 'product'],
  ['product', 'product-db'],
  ['user', 'user-db'],
] as const;

/** All of it but target and breakers. */
export function laptopEntities({
  programs,
}: LaptopStatus): Exclude<Entity, { kind: 'target' | 'breaker' }>[] {
  const unitEntities = units.map(({ id, programs: names }): Unit => {
    const parts = names.flatMap((name, index): Part[] => {
      const found = programs.find((program) => program.name === name);
      if (!found) return [];
      const { state, restarts, pid } = found;
      return [
        {
          name: index === 0 ? name : 'ambassador',
          sidecar: index > 0,
          state: states[state],
          restarts,
          ...(pid === undefined ? {} : { detail: String(pid) }),
        },
      ];
    });
    const worst = parts.find(({ state }) => state !== 'ready');
    return {
      kind: 'unit',
      id,
      name: id,
      app: id,
      place,
      state: worst?.state ?? 'ready',
      restarts: parts.reduce((sum, { restarts }) => sum + restarts, 0),
      parts,
    };
  });
  const ready = (name: string) => (programs.find((one) => one.name === name)?.state === 'ready' ? 1 : 0);
  const service = (
    id: string,
    role: Service['role'],
    technology: string | undefined,
    program = id,
  ): Service => ({
    kind: 'service',
    id,
    name: id,
    role,
    ...(technology === undefined ? {} : { technology }),
    ready: ready(program),
    wanted: 1,
  });
  return [
    { kind: 'place', id: place, name: 'this machine', ready: true, cordoned: false, taints: [] },
    ...unitEntities,
    service('front-door', 'entry', undefined),
    service('product', 'service', 'NestJS'),
    service('user', 'service', 'NestJS'),
    // A file that the service opens itself: there as long as the service is.
    { ...service('product-db', 'store', 'SQLite', 'product'), name: 'product' },
    { ...service('user-db', 'store', 'SQLite', 'user'), name: 'user' },
    ...links.map(([from, to]) => ({ kind: 'link' as const, id: `${from}-${to}`, from, to })),
  ];
}

/** One entry of an ambassador's `/breakers`. */
export interface BreakerReport {
  readonly upstream: string;
  readonly state: Breaker['state'];
  readonly since: string;
  readonly nextTrialAt?: string;
  readonly counts: Breaker['counts'];
}

/** @param from the service at whose side the ambassador is. */
export function breakerEntity(unit: string, from: string, to: string, report: BreakerReport): Breaker {
  const { fires, failures, rejects, fallbacks } = report.counts;
  return {
    kind: 'breaker',
    id: `${unit}-${to}`,
    unit,
    from,
    to,
    state: report.state,
    since: Date.parse(report.since),
    ...(report.nextTrialAt === undefined ? {} : { nextTrialAt: Date.parse(report.nextTrialAt) }),
    counts: { fires, failures, rejects, fallbacks },
  };
}
