import type { Sample } from './measure.ts';

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

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

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
  return { median, min: sorted[0] as number, max: sorted.at(-1) as number };
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

function show(value: Spread | undefined, digits: number): string {
  if (value === undefined) return '-';
  return `${value.median.toFixed(digits)} (${value.min.toFixed(digits)}-${value.max.toFixed(digits)})`;
}

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
      show(perSecond, 0),
      show(p50Ms, 0),
      show(p99Ms, 0),
      show(cpuPerRequest, 0),
      show(cpuRatio, 2),
    ]),
    ...Object.entries(missing).map(([name, why]) => [name, why]),
  ];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.filter((row) => row.length > 2).map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const about = Object.entries(conditions).map(([name, value]) => `${name}: ${String(value)}`);
  return `\nmedian (min-max) of the rounds\n${lines.join('\n')}\n\n${about.join(' · ')}\n`;
}
