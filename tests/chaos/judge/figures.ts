/** Numbers from records: how many, how good, how fast. */
import type { RequestRecord } from '../load/record.ts';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Figures {
  readonly requests: number;
  readonly failed: number;
  readonly fallbacks: number;
  /** Share of requests that were answered as they should be or with a marked fallback, 0 to 1; 1 without requests. */
  readonly availability: number;
  /** Of all that came to an end, failures too. */
  readonly latency: Latency;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed; 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

export function latencyOf(values: readonly number[]): Latency {
  return { p50Ms: percentile(values, 0.5), p99Ms: percentile(values, 0.99), maxMs: percentile(values, 1) };
}

export function figuresOf(records: readonly RequestRecord[]): Figures {
  const failed = records.filter(({ outcome }) => outcome === 'failed').length;
  return {
    requests: records.length,
    failed,
    fallbacks: records.filter(({ outcome }) => outcome === 'fallback').length,
    availability: records.length === 0 ? 1 : 1 - failed / records.length,
    latency: latencyOf(records.map(({ latencyMs }) => latencyMs)),
  };
}

/** Those that were due from `from` on and before `to`, milliseconds since the load began. */
export const between = (
  records: readonly RequestRecord[],
  from: number,
  to: number,
): readonly RequestRecord[] => records.filter(({ at }) => at >= from && at < to);
