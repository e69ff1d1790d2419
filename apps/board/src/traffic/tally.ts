import type { Counts, Second } from '../scene/entities.ts';

export type Outcome = keyof Counts;

/** `live`: the product with its seller. `fallback`: the product, and what replaces its seller. `failed`: anything else. */
export function outcomeOf(status: number, body: string): Outcome {
  if (status !== 200) return 'failed';
  try {
    const { seller } = JSON.parse(body) as { seller?: { source?: unknown } };
    return seller?.source === 'live' ? 'live' : seller?.source === 'fallback' ? 'fallback' : 'failed';
  } catch {
    return 'failed';
  }
}

/** The nearest-rank percentile. @param sorted ascending. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The results of the requests that ended in one second. */
export class Tally {
  #counts: Record<Outcome, number> = { live: 0, fallback: 0, failed: 0 };
  #latencies: number[] = [];

  add(outcome: Outcome, ms: number): void {
    this.#counts[outcome] += 1;
    this.#latencies.push(ms);
  }

  /** The second that began at `at`, and an empty tally for the next one. */
  take(at: number): Second {
    const sorted = this.#latencies.sort((a, b) => a - b);
    const p50 = percentile(sorted, 0.5);
    const p99 = percentile(sorted, 0.99);
    const second: Second = {
      at,
      ...this.#counts,
      ...(p50 === undefined || p99 === undefined ? {} : { p50: round(p50), p99: round(p99) }),
    };
    this.#counts = { live: 0, fallback: 0, failed: 0 };
    this.#latencies = [];
    return second;
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
