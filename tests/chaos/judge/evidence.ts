/** All that is known of one fault's run: what clients saw, what the cluster did, when the fault was; and figures of it. */
import { percentile } from '@shop/testing/report';
import type { Violation } from '../load/ledger.ts';
import { isWrite, type RequestRecord } from '../load/operations.ts';

export type BreakerStateName = 'closed' | 'open' | 'half-open';

/** Something that the cluster did, milliseconds since the load began. */
export interface ClusterEvent {
  readonly at: number;
  /** A pod, a node, or `POD → UPSTREAM` for a breaker. */
  readonly subject: string;
  readonly kind: 'pod' | 'node' | 'breaker';
  /** What it is from now on. */
  readonly state: string;
}

export interface Evidence {
  readonly records: readonly RequestRecord[];
  readonly events: readonly ClusterEvent[];
  /** Breakers' changes during the run, by the state they came to. */
  readonly transitions: Readonly<Record<BreakerStateName, number>>;
  /** Containers that were started again: `POD/CONTAINER`. */
  readonly restarts: readonly string[];
  readonly violations: readonly Violation[];
  /**
   * When what is normal begins and ends, when the fault began and its cause ended, when all was steady, when the figures
   * end.
   */
  readonly times: {
    readonly from: number;
    readonly beforeTo: number;
    readonly faultFrom: number;
    readonly faultTo: number;
    readonly steady: number;
    readonly to: number;
  };
  /** What the fault itself has measured or checked. */
  readonly notes: readonly { readonly at: number; readonly text: string }[];
}

/** Requests that end in an error or a fallback. */
export const isBad = ({ outcome }: RequestRecord): boolean => outcome !== 'live';

/** Before, during and after, each with its figures. During ends when the shop is steady again. */
export function phases(
  { records, times }: Evidence,
  only: (record: RequestRecord) => boolean = () => true,
): { readonly before: Figures; readonly during: Figures; readonly after: Figures } {
  const chosen = records.filter(only);
  return {
    before: figuresOf(between(chosen, times.from, times.beforeTo)),
    during: figuresOf(between(chosen, times.faultFrom, times.steady)),
    after: figuresOf(between(chosen, times.steady, times.to)),
  };
}

/** From the fault to the system's own first reaction: a breaker opens, a pod or node is no longer ready. */
export function detectMs({ events, times }: Evidence): number | undefined {
  const first = events.find(
    ({ at, state }) => at >= times.faultFrom && (state === 'open' || unready.has(state)),
  );
  return first && first.at - times.faultFrom;
}
const unready = new Set(['not-ready', 'ending', 'gone', 'failed']);

/** Where nothing was bad for so long, service was restored: a bad one after that is another event. */
const restoredMs = 10_000;

/**
 * From the end of the fault's cause to the end of the last response that was an error or a fallback before ten seconds
 * without one; 0 when there was none after it. The time of the response's end and not of the sending: a client that waits
 * is not served yet.
 */
export function recoverMs({ records, times }: Evidence): number {
  const bad = between(records, times.faultFrom, times.to)
    .filter(isBad)
    .toSorted((a, b) => a.at - b.at);
  let last = times.faultTo;
  for (const { at, latencyMs } of bad) {
    if (at > last + restoredMs) break;
    last = Math.max(last, at + latencyMs);
  }
  return last - times.faultTo;
}

/** The longest time without an acknowledged write since the fault began. */
export function longestWriteGapMs({ records, times }: Evidence): number {
  const ends = records
    .filter(({ route, outcome }) => isWrite(route) && outcome === 'live')
    .map(({ at, latencyMs }) => at + latencyMs)
    .filter((end) => end >= times.faultFrom && end <= times.to)
    .sort((a, b) => a - b);
  let [longest, last] = [0, times.faultFrom];
  for (const end of [...ends, times.to]) {
    longest = Math.max(longest, end - last);
    last = end;
  }
  return longest;
}

/** Windows of this length are long enough to have a 99th percentile that means something. */
const sliceMs = 5_000;

/** The 99th percentile of each five seconds from `from` to `to`. */
export function p99Slices(records: readonly RequestRecord[], from: number, to: number): readonly number[] {
  const slices: number[] = [];
  // A timer may end a millisecond early.
  for (let start = from; start + sliceMs <= to + 1; start += sliceMs) {
    const latencies = between(records, start, start + sliceMs).map(({ latencyMs }) => latencyMs);
    slices.push(percentile(latencies, 0.99));
  }
  return slices;
}

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

function latencyOf(values: readonly number[]): Latency {
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
