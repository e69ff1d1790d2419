/** Turns the evidence into findings, figures and a timeline, as reports/chaos.json has them. */
import { percentile, type Verdict } from '@shop/testing/report';
import type { RequestRecord } from '../load/operations.ts';
import {
  between,
  detectMs,
  longestWriteGapMs,
  phases,
  recoverMs,
  type ClusterEvent,
  type Evidence,
  type Figures,
} from './evidence.ts';
import { always, ofProduct, ofUser, reasonsOf, type Expectation, type Finding } from './expectations.ts';

/** One second of the load. */
export interface Second {
  readonly live: number;
  readonly fallback: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What is reported of a fault beside its run. */
export interface Described {
  readonly name: string;
  readonly title: string;
  readonly knownAs?: string;
  readonly clientSees: string;
  readonly expectations: readonly Expectation[];
}

export interface Result {
  readonly name: string;
  readonly title: string;
  readonly knownAs?: string;
  readonly clientSees: string;
  /** When it was run, ISO 8601. */
  readonly startedAt: string;
  readonly verdict: Verdict;
  readonly findings: readonly ({ readonly text: string } & Finding)[];
  readonly figures: { readonly before: Figures; readonly during: Figures; readonly after: Figures };
  /** During the fault, by service. */
  readonly services: { readonly user: Figures; readonly product: Figures };
  /** Why requests failed since the fault began, for people. */
  readonly reasons: string;
  readonly detectMs?: number;
  readonly recoverMs: number;
  readonly longestWriteGapMs: number;
  readonly transitions: Evidence['transitions'];
  readonly restarts: readonly string[];
  readonly times: Evidence['times'];
  readonly notes: Evidence['notes'];
  readonly events: readonly ClusterEvent[];
  readonly seconds: readonly Second[];
}

export function judge(fault: Described, startedAt: Date, evidence: Evidence): Result {
  const { name, title, knownAs, clientSees } = fault;
  const findings = [...fault.expectations, ...always].map((expectation) => ({
    text: expectation.text,
    ...expectation.judge(evidence),
  }));
  const noticed = detectMs(evidence);
  const { records, times } = evidence;
  return {
    name,
    title,
    ...(knownAs === undefined ? {} : { knownAs }),
    clientSees,
    startedAt: startedAt.toISOString(),
    verdict: findings.every(({ holds }) => holds) ? 'passed' : 'failed',
    findings,
    figures: phases(evidence),
    services: {
      user: phases(evidence, ofUser).during,
      product: phases(evidence, ofProduct).during,
    },
    reasons: reasonsOf(between(records, times.faultFrom, times.to), 5),
    ...(noticed === undefined ? {} : { detectMs: noticed }),
    recoverMs: recoverMs(evidence),
    longestWriteGapMs: longestWriteGapMs(evidence),
    transitions: evidence.transitions,
    restarts: evidence.restarts,
    times,
    notes: evidence.notes,
    events: evidence.events,
    seconds: timeline(records, times.to),
  };
}

/** Requests by the second in which they were due, even if they had no response until much later. */
export function timeline(records: readonly RequestRecord[], toMs: number): Second[] {
  const seconds: RequestRecord[][] = Array.from({ length: Math.ceil(toMs / 1000) }, () => []);
  for (const record of records) seconds[Math.floor(record.at / 1000)]?.push(record);
  return seconds.map((second) => {
    const count = (outcome: string) => second.filter((record) => record.outcome === outcome).length;
    const latencies = second.map(({ latencyMs }) => latencyMs);
    return {
      live: count('live'),
      fallback: count('fallback'),
      failed: count('failed'),
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    };
  });
}
