/** What the page concludes from a scene: one sentence, and the stations to look at. It draws nothing. */
import { problemText } from '../../src/problems/problem.ts';
import type { Breaker, Counts, Second, Service } from '../../src/scene/entities.ts';
import { ofKind, type SceneState } from '../../src/scene/messages.ts';
import type { Texts } from './texts.ts';

/** `good`, `changed` (works, but not as it should), `bad`, `unknown`. */
export type Tone = 'good' | 'changed' | 'bad' | 'unknown';

export interface Headline {
  readonly tone: Tone;
  readonly title: string;
  readonly details: readonly string[];
}

/** Long enough for an even share, short enough to follow a crash. */
const recentSeconds = 4;

export function sumOf(seconds: readonly Second[]): Counts {
  const sum = { live: 0, fallback: 0, failed: 0 };
  for (const { live, fallback, failed } of seconds) {
    sum.live += live;
    sum.fallback += fallback;
    sum.failed += failed;
  }
  return sum;
}

export const countOf = ({ live, fallback, failed }: Counts): number => live + fallback + failed;

/** `99.98%`; 100 only if it is all of them. */
export function percent(part: number, all: number, locale: string): string {
  if (all === 0) return '–';
  const share = part / all;
  const shown = share < 1 && share > 0.9999 ? 0.9999 : share > 0 && share < 0.0001 ? 0.0001 : share;
  const digits = (share > 0.99 && share < 1) || (share > 0 && share < 0.01) ? 2 : 0;
  return shown.toLocaleString(locale, { style: 'percent', maximumFractionDigits: digits });
}

/** `09:41:07`, the same in every language. @param at milliseconds since 1970. */
export function clock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

export function milliseconds(ms: number, locale: string): string {
  if (ms >= 1_000) return `${(ms / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 })} s`;
  return `${ms.toLocaleString(locale, { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms`;
}

/** The median of the seconds' medians: precise enough for a sentence. */
function typicalMs(seconds: readonly Second[]): number | undefined {
  const sorted = seconds.flatMap(({ p50 }) => (p50 === undefined ? [] : [p50])).sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

export function headlineOf(scene: SceneState, t: Texts): Headline {
  const [target] = ofKind(scene, 'target');
  if (!target || target.state === 'connecting')
    return { tone: 'unknown', title: t.headline.connecting, details: [] };
  if (target.state === 'lost')
    return {
      tone: 'unknown',
      title: t.headline.lost,
      details: target.problem === undefined ? [] : [problemText(t.problems, target.problem)],
    };

  const recent = scene.seconds.slice(-recentSeconds);
  const counts = sumOf(recent);
  const all = countOf(counts);
  const services = ofKind(scene, 'service');
  const down = services
    .filter((service) => service.role !== 'store' && isDown(service))
    .map(({ name }) => name);
  const short = services
    .filter((service) => !isDown(service) && service.ready < service.wanted)
    .map(({ name }) => name);
  const open = openBreakers(ofKind(scene, 'breaker'));
  const causes = [
    ...(down.length > 0 ? [t.headline.down(down)] : []),
    ...open.map(({ from, to }) => t.headline.breakerOpen(from, to)),
  ];
  if (counts.failed > 0)
    return {
      tone: 'bad',
      title: t.headline.fails(counts.failed === all),
      details: [...causes, t.headline.failing(percent(counts.failed, all, t.locale))],
    };
  if (counts.fallback > 0)
    return {
      tone: 'changed',
      title: t.headline.fallback(),
      details: [...causes, t.headline.nothingFails],
    };
  if (down.length > 0) return { tone: 'changed', title: t.headline.down(down), details: causes.slice(1) };
  if (open.length > 0) return { tone: 'changed', title: t.headline.recovering, details: causes };
  if (short.length > 0)
    return {
      tone: 'changed',
      title: all > 0 ? t.headline.works : t.headline.recovering,
      details: [t.headline.notReady(short)],
    };
  const [traffic] = ofKind(scene, 'traffic');
  if (all === 0)
    return {
      tone: 'good',
      title: t.headline.worksNoTraffic,
      details: traffic && !traffic.on ? [t.headline.noTrafficHint] : [],
    };
  const typical = typicalMs(recent);
  const perSecond = Math.round(all / recent.length);
  return {
    tone: 'good',
    title: t.headline.works,
    details: [
      t.headline.worksDetail(perSecond, typical === undefined ? undefined : milliseconds(typical, t.locale)),
    ],
  };
}

const isDown = ({ ready, wanted }: Service): boolean => ready === 0 || wanted === 0;

/** One for each pair of services of which a breaker is open or half-open. */
function openBreakers(breakers: readonly Breaker[]): Breaker[] {
  const pairs = new Map<string, Breaker>();
  for (const breaker of breakers)
    if (breaker.state === 'open') pairs.set(`${breaker.from} ${breaker.to}`, breaker);
  return [...pairs.values()];
}

/** The breakers of one line, as one: the worst state counts. */
export interface Guard {
  readonly from: string;
  readonly to: string;
  readonly state: Breaker['state'];
  readonly open: number;
  readonly all: number;
  readonly nextTrialAt: number | undefined;
  readonly counts: Breaker['counts'];
}

const rank = { open: 2, 'half-open': 1, closed: 0 } as const;

export function guardOf(breakers: readonly Breaker[], from: string, to: string): Guard | undefined {
  const own = breakers.filter((one) => one.from === from && one.to === to);
  if (own.length === 0) return undefined;
  const worst = own.reduce((a, b) => (rank[b.state] > rank[a.state] ? b : a));
  const trials = own.flatMap(({ state, nextTrialAt }) =>
    state === 'open' && nextTrialAt ? [nextTrialAt] : [],
  );
  const add = (key: keyof Breaker['counts']) => own.reduce((sum, { counts }) => sum + counts[key], 0);
  return {
    from,
    to,
    state: worst.state,
    open: own.filter(({ state }) => state === 'open').length,
    all: own.length,
    nextTrialAt: trials.length === 0 ? undefined : Math.min(...trials),
    counts: {
      fires: add('fires'),
      failures: add('failures'),
      rejects: add('rejects'),
      fallbacks: add('fallbacks'),
    },
  };
}
