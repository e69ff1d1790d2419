/** Whether what had to hold did hold, from what clients saw. */
import type { Counts, Verdict } from '../scene/entities.ts';
import type { Fault, FaultEvidence, Sample } from './fault.ts';

/** The shop has recovered when there was no error or fallback for so long. */
const steadyMs = 3_000;
/** Longest that a fault is watched after its end. */
export const longestAfterMs = 45_000;
/** Awaited criteria compare latencies with normal ones. For that they need so much time after the recovery. */
const comparedMs = 15_000;
/** Time before the fault that it is compared with. */
const cleanMs = 5_000;
/** If a lasting fault is undone sooner than this, it may not have had its full effect. */
const shortMs = 5_000;

const isBad = ({ outcome }: Sample): boolean => outcome !== 'live';
const endOf = ({ at, latencyMs }: Sample): number => at + latencyMs;

/** @returns the time at which the shop had recovered; undefined while that is not known. */
export function steadyAt(samples: readonly Sample[], faultTo: number, now: number): number | undefined {
  const steady = samples
    .filter((sample) => isBad(sample) && endOf(sample) > faultTo)
    .reduce((latest, sample) => Math.max(latest, endOf(sample)), faultTo);
  const isSeen = samples.some((sample) => sample.at >= steady && !isBad(sample));
  return isSeen && now - steady >= steadyMs ? steady : undefined;
}

/** Whether the verdict can no longer change. */
export function isComplete({ mustHold }: Fault, evidence: FaultEvidence): boolean {
  const { samples, times } = evidence;
  if (times.to - times.faultTo > longestAfterMs) return true;
  const hasTraffic = samples.some(({ at }) => at >= times.to - steadyMs);
  if (!hasTraffic) return times.to - times.faultTo > steadyMs;
  if (times.steady === times.to) return false;
  const awaited = mustHold.filter(({ isAwaited }) => isAwaited);
  if (awaited.length === 0) return true;
  return times.to - times.steady >= comparedMs && awaited.every((one) => one.judge(evidence).holds);
}

export function judge(fault: Fault, evidence: FaultEvidence, disturbed: boolean): Verdict {
  const { samples, times } = evidence;
  const during = samples.filter(({ at }) => at >= times.faultFrom && at < times.to);
  if (during.length === 0) return { kind: 'unknown', why: 'no-traffic', findings: [] };
  const findings = fault.mustHold.map((one) => ({ text: one.text, ...one.judge(evidence) }));
  const before = samples.filter(
    (sample) => sample.at >= times.faultFrom - cleanMs && endOf(sample) < times.faultFrom,
  );
  if (disturbed) return { kind: 'unknown', why: 'disturbed', findings };
  if (before.some(isBad)) return { kind: 'unknown', why: 'not-clean', findings };
  if (findings.every(({ holds }) => holds)) return { kind: 'holds', findings };
  if (fault.lasting && times.faultTo - times.faultFrom < shortMs)
    return { kind: 'unknown', why: 'too-short', findings };
  return { kind: 'fails', findings };
}

/** What clients saw from the fault's beginning until the shop had recovered. */
export function countsOf({ samples, times }: FaultEvidence): Counts {
  const counts = { live: 0, fallback: 0, failed: 0 };
  for (const { at, outcome } of samples) if (at >= times.faultFrom && at < times.steady) counts[outcome] += 1;
  return counts;
}
