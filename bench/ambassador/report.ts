import { showSpread, spread, table, type Spread } from '@shop/testing/report';
import type { Sample } from './measure.ts';
import type { Crowd, Memory } from './memory.ts';

/** One target over all rounds. */
export interface Summary {
  readonly name: string;
  readonly perSecond: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly cpuPerRequest?: Spread;
  /** CPU per request divided by that of the baseline in the same round. */
  readonly cpuRatio?: Spread;
}

export function summarize(samples: ReadonlyMap<string, readonly Sample[]>, baseline: string): Summary[] {
  const base = samples.get(baseline);
  return [...samples].map(([name, rounds]) => {
    const cpu = rounds.flatMap(({ cpuPerRequest }) => cpuPerRequest ?? []);
    const ratios = cpu.flatMap((value, round) => {
      const other = base?.[round]?.cpuPerRequest;
      return other === undefined ? [] : value / other;
    });
    return {
      name,
      perSecond: spread(rounds.map(({ perSecond }) => perSecond)),
      p50Ms: spread(rounds.map(({ p50Ms }) => p50Ms)),
      p99Ms: spread(rounds.map(({ p99Ms }) => p99Ms)),
      ...(cpu.length > 0 && { cpuPerRequest: spread(cpu) }),
      ...(ratios.length > 0 && { cpuRatio: spread(ratios) }),
    };
  });
}

const showIfAny = (value: Spread | undefined, digits: number): string =>
  value === undefined ? '-' : showSpread(value, digits);

/** A table for people. */
export function report(
  conditions: Readonly<Record<string, unknown>>,
  summary: readonly Summary[],
  missing: Readonly<Record<string, string>>,
): string {
  const rows = [
    ['target', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'CPU / http-proxy'],
    ...summary.map(({ name, perSecond, p50Ms, p99Ms, cpuPerRequest, cpuRatio }) => [
      name,
      showSpread(perSecond, 0),
      showSpread(p50Ms, 0),
      showSpread(p99Ms, 0),
      showIfAny(cpuPerRequest, 0),
      showIfAny(cpuRatio, 2),
    ]),
    ...Object.entries(missing),
  ];
  const about = Object.entries(conditions).map(([name, value]) => `${name}: ${String(value)}`);
  return `\nmedian (min-max) of the rounds\n${table(rows)}\n\n${about.join(' · ')}\n`;
}

/** A table for people, of what idle and slow clients cost in memory. @param all of all rounds. */
export function memoryReport({ idle, slow }: Crowd, all: readonly Memory[]): string {
  const names = [...new Set(all.map(({ name }) => name))];
  const rows = names.map((name) => {
    const rounds = all.filter((each) => each.name === name);
    return [
      name,
      showSpread(spread(rounds.map(({ baseMiB }) => baseMiB)), 1),
      showSpread(spread(rounds.map(({ idleKiB }) => idleKiB)), 1),
      showSpread(spread(rounds.map(({ slowKiB }) => slowKiB)), 1),
    ];
  });
  const titles = [
    'target',
    'RSS MiB after work',
    `KiB more for each of ${idle} idle connections`,
    `KiB more for each of ${slow} slow clients`,
  ];
  return `\nmedian (min-max) of the rounds, each with a new process\n${table([titles, ...rows])}\n`;
}
