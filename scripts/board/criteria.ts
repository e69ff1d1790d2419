/** What must hold on either target: the expectations of the chaos tests, judged by what the board saw. */
import type { Criterion, FaultEvidence } from '@shop/board';
import type { Evidence } from '../../tests/chaos/judge/evidence.ts';
import type { Expectation } from '../../tests/chaos/judge/expectations.ts';
import type { RequestRecord } from '../../tests/chaos/load/operations.ts';

/** All requests of the board's traffic are of this kind. */
const ofBoard = { route: 'GET /product/:id', client: 0, connection: 'kept', lateMs: 0 } as const;

/** Those that are about requests which the board sends: it neither writes nor requests users. */
export const criteriaOf = (expectations: readonly Expectation[]): Criterion[] =>
  expectations
    .filter(({ only }) => only?.({ ...ofBoard, at: 0, latencyMs: 0, outcome: 'live' }) ?? true)
    .map((expectation) => ({
      text: expectation.text,
      ...(expectation.isAwaited ? { isAwaited: true } : {}),
      judge: (evidence) => expectation.judge(chaosEvidence(evidence)),
    }));

function chaosEvidence({ samples, transitions, restarts, times }: FaultEvidence): Evidence {
  const begin = samples[0]?.at ?? times.faultFrom;
  const since = (at: number) => at - begin;
  return {
    records: samples.map((sample): RequestRecord => ({ ...ofBoard, ...sample, at: since(sample.at) })),
    events: [],
    transitions,
    restarts,
    violations: [],
    times: {
      from: 0,
      beforeTo: since(times.faultFrom),
      faultFrom: since(times.faultFrom),
      faultTo: since(times.faultTo),
      steady: since(times.steady),
      to: since(times.to),
    },
    notes: [],
  };
}
