/** Every state of the page: of recordings, and those that a shop which works does not come to. */
import { fileURLToPath } from 'node:url';
import { readRecording, replay, Scene, type BoardParts, type UnitState, type Waterfall } from '@shop/board';
import { bigCluster } from './big-cluster.ts';
import { openLessons } from './lessons.ts';
import { fileOf, type RecordingName } from './recordings.ts';

export interface State {
  readonly parts: () => Promise<BoardParts>;
  /** The part of the page's address behind #. */
  readonly hash?: string;
  /** What has to be seen on it. */
  readonly shows: string;
  /** The board ends when the page is open. */
  readonly isLost?: true;
  /** The response to `Send one request`, which is pressed. */
  readonly response?: Waterfall;
}

/** The scene at the end of a recording. */
export async function recorded(name: RecordingName): Promise<Scene> {
  const scene = new Scene();
  const { signal } = new AbortController();
  await replay(await readRecording(fileOf(name)), scene, { speed: Infinity, signal });
  return scene;
}

const kind = { kind: 'target', id: 'target', platform: 'kind', name: 'kind-shop', state: 'live' } as const;
const chosenLesson = '02-pod';

const of = (make: () => Scene | Promise<Scene>) => async () => ({ scene: await make() });

export const states = {
  'stop-user': { parts: of(() => recorded('stop-user')), shows: '.guard.open' },
  'pod-deleted': { parts: of(() => recorded('pod-deleted')), shows: '.role.primary' },
  'pods-300': { parts: of(manyPods), shows: '.guard.closed' },
  'all-broken': { parts: of(allBroken), shows: '.guard.open' },
  'no-cluster': { parts: of(noCluster), shows: '.headline.unknown' },
  'no-board': { parts: of(() => recorded('pod-deleted')), shows: 'main.stale', isLost: true },
  request: { parts: of(manyPods), shows: '.waterfall tbody tr', response: twoWays() },
  lessons: { parts: withLessons, shows: '.lessons li', hash: 'lessons' },
  lesson: { parts: withLessons, shows: 'article.lesson .step', hash: `lessons/${chosenLesson}` },
} as const satisfies Readonly<Record<string, State>>;

export type StateName = keyof typeof states;
export const stateNames = Object.keys(states) as readonly StateName[];

const step = (number: number, printed: string, problem?: string) => ({
  kind: 'run' as const,
  number,
  script: '',
  printed,
  seconds: 1.2,
  ...(problem === undefined ? {} : { problem }),
});

/** Lessons that have been run: one fails, one has passed, one waits for the user. */
async function withLessons(): Promise<BoardParts> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const scene = await recorded('pod-deleted');
  scene.put(kind);
  const run = { kind: 'lesson', mode: 'run', state: 'done', problems: [], steps: [] } as const;
  const problem = 'it did not print what is expected; the first line missing is: Running';
  scene.put({
    ...run,
    id: chosenLesson,
    verdict: 'failed',
    problems: [`lessons/${chosenLesson}/README.md:40: ${problem}`],
    steps: [step(1, 'pod/lesson-pod created\n'), step(2, 'Pending\n'.repeat(3), problem)],
  });
  scene.put({ ...run, id: '01-container', verdict: 'passed' });
  scene.put({ ...run, id: '03-yaml', mode: 'step', state: 'waiting', step: 1 });
  return { scene, lessons: () => openLessons(root) };
}

const lookedAtSeconds = 90;

async function manyPods(): Promise<Scene> {
  const scene = new Scene();
  const size = { pods: 300, changesPerSecond: 20, seconds: lookedAtSeconds };
  const messages = bigCluster(size, Date.now() - lookedAtSeconds * 1_000);
  for (const message of messages) scene.apply(message);
  await offerFaults(scene);
  return scene;
}

async function offerFaults(scene: Scene): Promise<void> {
  for (const fault of (await recorded('pod-deleted')).all('fault')) scene.put(fault);
}

async function noCluster(): Promise<Scene> {
  const scene = new Scene();
  await offerFaults(scene);
  const problem = { code: 'cluster-lost', context: 'kind-shop', reason: 'ECONNREFUSED' } as const;
  scene.put({ ...kind, state: 'lost', problem });
  return scene;
}

/** How each unit, one after the other, is not ready. */
const troubles: readonly (readonly [UnitState, string?])[] = [
  ['waiting', 'CrashLoopBackOff'],
  ['failed', 'Evicted'],
  ['pending', 'Unschedulable'],
  ['starting'],
  ['stopping'],
];

/** Every element of the page has something to say. */
async function allBroken(): Promise<Scene> {
  const now = Date.now();
  const scene = new Scene();
  // Without the recording's own seconds, which were good.
  const end = (await recorded('pod-deleted')).subscribe((message) => {
    if (message.type === 'scene') scene.apply({ ...message, seconds: [] });
  });
  end();
  scene.put(kind);
  for (const [index, place] of scene.all('place').entries())
    scene.put({
      ...place,
      ready: index % 2 === 0,
      cordoned: true,
      taints: ['node.kubernetes.io/unreachable:NoExecute'],
    });
  for (const [index, unit] of scene.all('unit').entries()) {
    const [state, reason] = troubles[index % troubles.length] as (typeof troubles)[number];
    const parts = unit.parts.map((part) => ({ ...part, state, restarts: 12 }));
    const { role: _role, place, ...rest } = unit;
    const where = state === 'pending' || place === undefined ? {} : { place };
    scene.put({ ...rest, ...where, state, restarts: 12, parts, ...(reason === undefined ? {} : { reason }) });
  }
  for (const service of scene.all('service')) scene.put({ ...service, ready: 0 });
  for (const workload of scene.all('workload'))
    scene.put({ ...workload, ready: 0, updated: 1, state: workload.type === 'Job' ? 'failed' : 'changing' });
  for (const volume of scene.all('volume')) scene.put({ ...volume, bound: false });
  for (const breaker of scene.all('breaker'))
    scene.put({
      ...breaker,
      state: 'open',
      since: now - 3_000,
      nextTrialAt: now + 60_000,
      counts: { fires: 1_208, failures: 1_173, rejects: 940, fallbacks: 1_173 },
    });
  breakFaults(scene, now);
  for (const traffic of scene.all('traffic')) scene.put({ ...traffic, failure: '503' });
  for (let at = now - 60_000; at < now; at += 1_000)
    scene.addSecond({ at, live: 1, fallback: 2, failed: 7, p50: 412, p99: 2_480 });
  return scene;
}

/** One in each state. */
function breakFaults(scene: Scene, now: number): void {
  const startedAt = now - 15_000;
  const times = { startedAt, endedAt: now - 4_000 };
  const [failed, active, undoing, recovering, judged] = scene.all('fault');
  if (!failed || !active || !undoing || !recovering || !judged)
    throw new Error('the recording has no faults');
  const problem = { code: 'not-undone', parts: ['the 2 pods of deployment/user: Forbidden'] } as const;
  scene.put({ ...failed, state: 'failed', ...times, problem });
  scene.put({ ...active, state: 'active', startedAt });
  scene.put({ ...undoing, state: 'undoing', startedAt });
  scene.put({ ...recovering, state: 'recovering', ...times });
  const findings = judged.mustHold.map((text, index) => ({
    text,
    holds: index > 0,
    found: '7 of 94: 7 × 503',
  }));
  const outcome = { live: 61, fallback: 26, failed: 7 };
  scene.put({ ...judged, state: 'idle', ...times, outcome, verdict: { kind: 'fails', findings } });
}

function line(program: string): string {
  return JSON.stringify({ program, msg: 'done' });
}

/** A request whose seller cannot be reached: tried twice, then a fallback. */
function twoWays(): Waterfall {
  const reason = 'unreachable';
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    path: '/product/01941f29-7c01-7000-8000-000000000101',
    at: Date.now(),
    durationMs: 148.2,
    status: 200,
    outcome: 'fallback',
    fallbackReason: reason,
    spans: [
      { program: 'product', fromMs: 3.1, toMs: 146.9, status: 200, message: 'done', line: line('product') },
      {
        program: 'product-ambassador',
        fromMs: 9.4,
        toMs: 143.2,
        status: 503,
        reason,
        message: 'done',
        breaker: 'closed',
        outcome: 'fallback',
        attempts: [
          { fromMs: 10, toMs: 12.3, reason, cause: 'ECONNREFUSED' },
          { fromMs: 139.8, toMs: 142, reason, cause: 'ECONNREFUSED' },
        ],
        line: line('product-ambassador'),
      },
    ],
  };
}
