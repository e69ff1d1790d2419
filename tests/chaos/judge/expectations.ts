/** What must hold, each as a sentence and a judgement. Faults name theirs; the numbers are in their files. */
import { percentile } from '@shop/testing/report';
import { isWrite, serviceOf, type RequestRecord } from '../load/operations.ts';
import {
  between,
  detectMs,
  figuresOf,
  isBad,
  longestWriteGapMs,
  p99Slices,
  phases,
  recoverMs,
  type BreakerStateName,
  type Evidence,
} from './evidence.ts';

export interface Finding {
  readonly holds: boolean;
  /** What was found, in the expectation's own terms. */
  readonly found: string;
}

export interface Expectation {
  /** What must hold. */
  readonly text: string;
  /** May come true some time after the fault: the load goes on for it, `longestAfterMs` in all. */
  readonly isAwaited?: true;
  /** It measures by what was normal before the fault. */
  readonly comparesWithBefore?: true;
  /** The requests that it is about; all of them where it is absent. */
  readonly only?: Only;
  judge(evidence: Evidence): Finding;
}

export type Only = (record: RequestRecord) => boolean;
export const ofProduct: Only = ({ route }) => serviceOf(route) === 'product';
export const ofUser: Only = ({ route }) => serviceOf(route) === 'user';
export const reads: Only = ({ route }) => !isWrite(route);
const writes: Only = ({ route }) => isWrite(route);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const sinceFault = ({ records, times }: Evidence): readonly RequestRecord[] =>
  between(records, times.faultFrom, times.to);

/** The most frequent reasons of failure, for people. */
export function reasonsOf(records: readonly RequestRecord[], most = 3): string {
  const counts = new Map<string, number>();
  for (const { outcome, reason = '?' } of records)
    if (outcome === 'failed') counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(', ');
}

export function failsAtMost(most: number, whose = 'requests', only: Only = () => true): Expectation {
  return {
    only,
    text: most === 0 ? `no ${whose} fail` : `at most ${most} ${whose} fail`,
    judge(evidence) {
      const chosen = sinceFault(evidence).filter(only);
      const { failed } = figuresOf(chosen);
      const found = failed === 0 ? 'none' : `${failed} of ${chosen.length}: ${reasonsOf(chosen)}`;
      return { holds: failed <= most, found };
    },
  };
}

export const noFailedRequests: Expectation = failsAtMost(0);

/** Writes have to wait for a primary; what is stored can be read meanwhile. */
export const readsGoOn: Expectation = { ...failsAtMost(0, 'reads', reads), text: 'reads go on' };

/**
 * On a busy machine the neighbour is now and then too slow for its time-out, without any fault, and a fallback is right
 * then. One of them says nothing of the shop; more do.
 * @returns whether `bad`, requests that were not served live, are no more than that.
 */
const isOneLate = (bad: readonly RequestRecord[]): boolean =>
  bad.length === 1 && bad[0]?.outcome === 'fallback' && bad[0].reason === 'timeout';

export function fallbacksAtMost(most: number): Expectation {
  return {
    text: most === 0 ? 'no fallbacks' : `at most ${most} fallbacks`,
    judge(evidence) {
      const fallbacks = sinceFault(evidence).filter(({ outcome }) => outcome === 'fallback');
      const isLate = isOneLate(fallbacks);
      return {
        holds: fallbacks.length <= most || isLate,
        found: `${fallbacks.length}${isLate ? ', late' : ''}`,
      };
    },
  };
}

/** Every successful response is live: for faults that must not be felt in any way. */
export const noFallbacks: Expectation = fallbacksAtMost(0);

/** For a fault that must not be felt while it lasts; fallbacks are allowed when it is undone. */
export const noFallbacksMeanwhile: Expectation = {
  text: 'no fallbacks while it lasts',
  judge: ({ times, ...evidence }) =>
    noFallbacks.judge({ ...evidence, times: { ...times, to: times.faultTo } }),
};

export const productStaysAvailable: Expectation = {
  ...failsAtMost(0, 'requests to product', ofProduct),
  text: 'product’s availability is 100 %',
};

export function recoversWithin(ms: number): Expectation {
  return {
    text: `service is restored within ${seconds(ms)}`,
    judge(evidence) {
      const found = recoverMs(evidence);
      return { holds: found <= ms, found: seconds(found) };
    },
  };
}

/**
 * The ambassador's time-outs for an attempt: 200 ms to connect, 2 s to the first byte; and 300 ms for all the rest.
 * Until the breaker opens, each client may wait that long, and not longer.
 */
const boundMs = 2_500;

export const p99IsBounded: Expectation = {
  text: `product’s p99 stays below ${seconds(boundMs)}, the ambassador’s time-outs`,
  judge(evidence) {
    const { p99Ms } = phases(evidence, ofProduct).during.latency;
    return { holds: p99Ms <= boundMs, found: seconds(p99Ms) };
  },
};

/** How much a p99 may be above normal, and the difference that is too small to measure (milliseconds). */
const returnsTo = { ratio: 1.2, graceMs: 10 };

/** Longest that there is load after a fault, milliseconds. */
export const longestAfterMs = 45_000;

/**
 * Latencies are noisy, above all where the whole cluster shares a machine with others. Normal is the largest p99 of any
 * five seconds before the fault. The median p99 of the last fifteen seconds, in windows of five, is compared with it: a
 * single burst does not count, a lasting change does.
 */
export const p99ReturnsToNormal: Expectation = {
  text: `product’s p99 is within 20 % (or 10 ms) of normal again within ${seconds(longestAfterMs)}`,
  isAwaited: true,
  comparesWithBefore: true,
  judge({ records, times }) {
    const chosen = records.filter(ofProduct);
    const normal = Math.max(0, ...p99Slices(chosen, times.from, times.beforeTo));
    const last = percentile(p99Slices(chosen, Math.max(times.steady, times.to - 15_000), times.to), 0.5);
    const holds = last <= normal * returnsTo.ratio + returnsTo.graceMs;
    const after = seconds(times.to - times.steady);
    return { holds, found: `${last.toFixed(0)} ms after ${after}, normal is up to ${normal.toFixed(0)} ms` };
  },
};

export function breakerShows(...states: readonly BreakerStateName[]): Expectation {
  return {
    text: `the breaker is seen ${states.join(', ')}`,
    judge({ transitions }) {
      const found = states.map((state) => `${state} ${transitions[state]}×`).join(', ');
      return { holds: states.every((state) => transitions[state] > 0), found };
    },
  };
}

/** After a breaker has closed, callers must not all come at once: what came then would overload user. */
export const noThunderingHerd: Expectation = {
  text: 'no request to user fails once it is back',
  only: ofUser,
  judge(evidence) {
    const { after } = phases(evidence, ofUser);
    return { holds: after.failed === 0, found: `${after.failed} of ${after.requests}` };
  },
};

/** When the cluster noticed that a node is silent, and when it saw the same one ready again: Infinity for never. */
function nodeAway({ events, times }: Evidence): { readonly noticed: number; readonly back: number } {
  const lost = events.find(
    ({ at, kind, state }) => kind === 'node' && state === 'not-ready' && at >= times.faultFrom,
  );
  if (!lost) return { noticed: Infinity, back: Infinity };
  const back = events.find(
    ({ at, subject, state }) => at > lost.at && subject === lost.subject && state === 'ready',
  );
  return { noticed: lost.at, back: back?.at ?? Infinity };
}

/**
 * For a node: no controller can remove its pods before the cluster has noticed that it is silent. A request counts at
 * the time when it was due, because one that was sent to the silent node may hang until its time-out. What the node's
 * return costs is judged by {@link returnIsFeltByAtMost}.
 */
export function restoredOnceNoticed(ms: number): Expectation {
  return {
    text: `service is restored within ${seconds(ms)} of the cluster’s noticing`,
    judge(evidence) {
      const { noticed, back } = nodeAway(evidence);
      if (noticed === Infinity) return { holds: false, found: 'never noticed' };
      const late = evidence.records.filter(
        (record) => isBad(record) && record.at > noticed + ms && record.at < back,
      );
      const after = `noticed after ${seconds(noticed - evidence.times.faultFrom)}`;
      return {
        holds: late.length === 0,
        found: late.length === 0 ? after : `${after}; ${late.length} later than that: ${reasonsOf(late)}`,
      };
    },
  };
}

/**
 * A node that comes back reports its pods as they were when it went, ready, until it has checked them. For these
 * seconds Services send requests to pods that are not started yet.
 */
export function returnIsFeltByAtMost(most: number): Expectation {
  return {
    text: `the node’s return is felt by at most ${most} requests`,
    judge(evidence) {
      const { back } = nodeAway(evidence);
      const bad = evidence.records.filter((record) => isBad(record) && record.at >= back);
      return {
        holds: back < Infinity && bad.length <= most,
        found: back === Infinity ? 'never came back' : `by ${bad.length}`,
      };
    },
  };
}

export function writesResumeWithin(ms: number): Expectation {
  return {
    text: `writes go on within ${seconds(ms)}`,
    only: writes,
    judge(evidence) {
      const gap = longestWriteGapMs(evidence);
      return { holds: gap <= ms, found: seconds(gap) };
    },
  };
}

export function isDetectedWithin(ms: number): Expectation {
  return {
    text: `it is noticed within ${seconds(ms)}`,
    judge(evidence) {
      const found = detectMs(evidence);
      return {
        holds: found !== undefined && found <= ms,
        found: found === undefined ? 'never' : seconds(found),
      };
    },
  };
}

/** Matches no container's name. */
const none = /(?!)/;

/** @param allowed the containers (`POD/CONTAINER`) that the fault itself restarts. */
export function restartsOnly(allowed: RegExp): Expectation {
  return {
    text: allowed === none ? 'no container restarts' : `no container restarts but ${allowed.source}`,
    judge({ restarts }) {
      const others = restarts.filter((name) => !allowed.test(name));
      return { holds: others.length === 0, found: restarts.length === 0 ? 'none' : restarts.join(', ') };
    },
  };
}

export const noRestarts: Expectation = restartsOnly(none);

/** Of 99 of 100 requests; beyond it the machine that sends them is too busy for its figures to mean anything. */
const punctualMs = 250;

/** For every fault. */
export const always: readonly Expectation[] = [
  {
    text: `the machine is fast enough for the load: requests are sent within ${punctualMs} ms of their time`,
    judge({ records }) {
      const late = percentile(
        records.map(({ lateMs }) => lateMs),
        0.99,
      );
      return { holds: late <= punctualMs, found: `99 % within ${late.toFixed(0)} ms` };
    },
  },
  {
    text: 'no acknowledged write is lost, applied twice or taken back',
    judge({ violations }) {
      const some = violations.slice(0, 3).map(({ kind, what }) => `${kind}: ${what}`);
      const found = violations.length === 0 ? 'none' : `${violations.length}: ${some.join('; ')}`;
      return { holds: violations.length === 0, found };
    },
  },
  {
    text: 'nothing fails once the shop is steady again',
    judge({ records, times }) {
      const after = between(records, times.steady, times.to);
      const bad = after.filter(isBad);
      const isLate = isOneLate(bad);
      const reasons = isLate ? 'late' : reasonsOf(bad);
      return {
        holds: bad.length === 0 || isLate,
        found: bad.length === 0 ? 'none' : `${bad.length} of ${after.length} ${reasons}`.trim(),
      };
    },
  },
  {
    text: 'the load was clean before the fault',
    judge(evidence) {
      const { before } = phases(evidence);
      const bad = before.failed + before.fallbacks;
      return { holds: bad === 0 && before.requests > 0, found: `${bad} of ${before.requests}` };
    },
  },
];
