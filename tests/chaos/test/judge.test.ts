import { describe, expect, test } from '@jest/globals';
import {
  always,
  breakerShows,
  type Expectation,
  failsAtMost,
  fallbacksAtMost,
  isDetectedWithin,
  noFailedRequests,
  noFallbacks,
  noFallbacksMeanwhile,
  noRestarts,
  ofUser,
  p99IsBounded,
  p99ReturnsToNormal,
  productStaysAvailable,
  recoversWithin,
  restartsOnly,
  restoredOnceNoticed,
  returnIsFeltByAtMost,
  writesResumeWithin,
} from '../judge/expectations.ts';
import { judge, timeline } from '../judge/result.ts';
import {
  type ClusterEvent,
  detectMs,
  figuresOf,
  longestWriteGapMs,
  p99Slices,
  phases,
  recoverMs,
} from '../judge/evidence.ts';
import { evidence } from './support/evidence.ts';

const failAt = (from: number, to: number) =>
  evidence(({ at }) => (at >= from && at < to ? { outcome: 'failed', reason: '503' } : {}));
const event = (at: number, state: string): ClusterEvent => ({ at, state, kind: 'pod', subject: 'p' });
const slow = (ms: number, from: number, to: number) =>
  evidence(({ at }) => (at >= from && at < to ? { latencyMs: ms } : {}));
const fallbackAt = (...times: number[]) =>
  evidence(({ at }) => (times.includes(at) ? { outcome: 'fallback' } : {}));
const lateAt = (...times: number[]) =>
  evidence(({ at }) => (times.includes(at) ? { outcome: 'fallback', reason: 'timeout' } : {}));
const all = (found: ReturnType<typeof evidence>) => always.every((one) => one.judge(found).holds);
const nodeIs = (at: number, subject: string, state: string): ClusterEvent => ({
  at,
  kind: 'node',
  subject,
  state,
});
/** Noticed at 30 s. */
const nodeLost = (from: number, to: number, ...more: ClusterEvent[]) => ({
  ...failAt(from, to),
  events: [nodeIs(30_000, 'n', 'not-ready'), ...more],
});
const nodeBack = nodeIs(45_000, 'n', 'ready');

test('figures count what failed, and fallbacks as answered', () => {
  const { records } = evidence(({ at }) =>
    at < 6_000 ? { outcome: 'failed' } : at < 12_000 ? { outcome: 'fallback' } : {},
  );
  expect(figuresOf(records)).toMatchObject({ requests: 600, failed: 60, fallbacks: 60, availability: 0.9 });
  expect(figuresOf([]).availability).toBe(1);
});

test('a request belongs to the phase in which it was due, and the warm-up to none', () => {
  const { before, during, after } = phases(failAt(21_000, 22_000));
  expect([before.requests, during.requests, after.requests]).toEqual([160, 200, 200]);
  expect([before.failed, during.failed, after.failed]).toEqual([0, 10, 0]);
});

test('a p99 is that of each five seconds, also where a timer ended a moment early', () => {
  const { records } = slow(200, 5_000, 6_000);
  expect(p99Slices(records, 0, 9_999.4)).toEqual([10, 200]);
  expect(p99Slices(records, 0, 9_000)).toEqual([10]);
});

describe('times', () => {
  test('recovery is counted from the end of the cause to the end of the last bad response', () => {
    expect(recoverMs(failAt(21_000, 29_000))).toBe(0);
    expect(recoverMs(failAt(29_000, 33_000))).toBeCloseTo(2_910);
    const hanging = evidence(({ at }) => (at === 29_000 ? { outcome: 'failed', latencyMs: 10_000 } : {}));
    expect(recoverMs(hanging)).toBeCloseTo(9_000);
  });

  test('recovery is over when nothing was bad for ten seconds', () => {
    expect(recoverMs(fallbackAt(31_000, 40_000, 49_000))).toBeCloseTo(19_010);
    expect(recoverMs(fallbackAt(31_000, 42_000))).toBeCloseTo(1_010);
    expect(recoverMs(fallbackAt(21_000, 39_000))).toBeCloseTo(9_010);
    expect(recoverMs(fallbackAt(21_000, 41_000))).toBe(0);
  });

  test('detection is the first sign of the cluster after the fault began', () => {
    expect(detectMs(evidence())).toBeUndefined();
    const events = [event(1_000, 'not-ready'), event(21_500, 'ready'), event(22_000, 'not-ready')];
    expect(detectMs(evidence(undefined, { events }))).toBe(2_000);
  });

  test('the longest time without a write reaches to the end when none comes again', () => {
    expect(longestWriteGapMs(evidence())).toBeLessThan(400);
    const gone = evidence(({ at, route }) =>
      at >= 25_000 && route.startsWith('PATCH') ? { outcome: 'failed' } : {},
    );
    expect(longestWriteGapMs(gone)).toBeGreaterThan(35_000);
  });
});

describe('what must hold, and evidence that it does and does not', () => {
  const some = failAt(21_000, 21_500);
  const transitions = { open: 2, 'half-open': 2, closed: 1 };

  test.each<[string, Expectation, ReturnType<typeof evidence>, boolean]>([
    ['no failure', noFailedRequests, evidence(), true],
    ['a failure', noFailedRequests, some, false],
    ['a failure before the fault', noFailedRequests, failAt(5_000, 6_000), true],
    ['as many failures as allowed', failsAtMost(5), some, true],
    ['more', failsAtMost(4), some, false],
    ['failures of another service', failsAtMost(0, 'of user', ofUser), evidence(), true],
    ['fallbacks', noFallbacks, fallbackAt(25_000), false],
    ['as many fallbacks as allowed', fallbacksAtMost(1), fallbackAt(25_000), true],
    ['more fallbacks', fallbacksAtMost(0), fallbackAt(25_000), false],
    ['a late response', noFallbacks, lateAt(25_000), true],
    ['two', noFallbacks, lateAt(25_000, 35_000), false],
    ['a fallback while it lasts', noFallbacksMeanwhile, fallbackAt(25_000), false],
    ['a fallback before and after', noFallbacksMeanwhile, fallbackAt(5_000, 45_000), true],
    [
      'only user fails',
      productStaysAvailable,
      evidence(({ at, route }) => (at > 20_000 && route === 'GET /user/:id' ? { outcome: 'failed' } : {})),
      true,
    ],
    ['product fails', productStaysAvailable, some, false],
    ['restored in time', recoversWithin(3_000), failAt(29_000, 32_000), true],
    ['restored late', recoversWithin(1_000), failAt(29_000, 32_000), false],
    ['slow within the bound', p99IsBounded, slow(2_400, 20_000, 40_000), true],
    ['slow beyond it', p99IsBounded, slow(2_600, 20_000, 40_000), false],
    ['slow afterwards', p99ReturnsToNormal, slow(200, 40_000, 60_000), false],
    ['slow for a while', p99ReturnsToNormal, slow(200, 40_000, 46_000), true],
    ['as before', p99ReturnsToNormal, slow(200, 20_000, 40_000), true],
    ['a burst afterwards', p99ReturnsToNormal, slow(200, 45_000, 46_000), true],
    ['every state', breakerShows('open', 'half-open', 'closed'), evidence(undefined, { transitions }), true],
    ['never open', breakerShows('open'), evidence(), false],
    ['writes go on', writesResumeWithin(1_000), evidence(), true],
    ['writes stop', writesResumeWithin(1_000), failAt(21_000, 24_000), false],
    ['a node that is noticed, and then nothing', restoredOnceNoticed(5_000), nodeLost(21_000, 34_000), true],
    ['failures long after it is noticed', restoredOnceNoticed(5_000), nodeLost(21_000, 36_000), false],
    ['a node that is not noticed', restoredOnceNoticed(5_000), failAt(21_000, 22_000), false],
    ['failures as it returns', restoredOnceNoticed(5_000), nodeLost(45_000, 46_000, nodeBack), true],
    [
      'another node is ready',
      restoredOnceNoticed(5_000),
      nodeLost(45_000, 46_000, nodeIs(40_000, 'm', 'ready')),
      false,
    ],
    ['a return that is hardly felt', returnIsFeltByAtMost(10), nodeLost(45_000, 45_500, nodeBack), true],
    ['a return that is felt', returnIsFeltByAtMost(4), nodeLost(45_000, 45_500, nodeBack), false],
    ['failures before it returns', returnIsFeltByAtMost(0), nodeLost(21_000, 44_000, nodeBack), true],
    ['a node that stays away', returnIsFeltByAtMost(10), nodeLost(21_000, 22_000), false],
    ['never noticed', isDetectedWithin(1_000), evidence(), false],
    ['nothing restarts', noRestarts, evidence(), true],
    ['something restarts', noRestarts, evidence(undefined, { restarts: ['user-1/app'] }), false],
    [
      'what may restarts',
      restartsOnly(/^user-.*\/app$/),
      evidence(undefined, { restarts: ['user-1/app'] }),
      true,
    ],
    [
      'another one restarts',
      restartsOnly(/^user-.*\/app$/),
      evidence(undefined, { restarts: ['user-1/app', 'user-1/ambassador'] }),
      false,
    ],
  ])('%s', (_what, expectation, found, holds) => {
    expect(expectation.judge(found)).toMatchObject({ holds });
  });
});

describe('of every fault', () => {
  test('a clean run holds', () => expect(all(evidence())).toBe(true));
  test('a lost write does not', () => {
    expect(all(evidence(undefined, { violations: [{ kind: 'lost', what: 'CHAOS-1' }] }))).toBe(false);
  });
  test('a load that was sent late says nothing', () => {
    expect(all(evidence(({ at }) => (at > 30_000 ? { lateMs: 2_000 } : {})))).toBe(false);
  });
  test('failures after the shop was said to be steady do not', () =>
    expect(all(failAt(45_000, 45_100))).toBe(false));
  test('one late response then does; two, or one with another reason, do not', () => {
    expect(all(lateAt(45_000))).toBe(true);
    expect(all(lateAt(45_000, 50_000))).toBe(false);
    expect(all(fallbackAt(45_000))).toBe(false);
  });
  test('a load that failed before the fault does not', () => expect(all(failAt(10_000, 10_100))).toBe(false));
});

describe('a result', () => {
  const fault = { name: 'f', title: 'F', clientSees: 'nothing', expectations: [noFailedRequests] };
  test('holds when everything does', () => {
    expect(judge(fault, new Date(0), evidence())).toMatchObject({ verdict: 'passed', recoverMs: 0 });
  });
  test('names what does not hold, and why', () => {
    const { verdict, findings, reasons } = judge(fault, new Date(0), failAt(21_000, 21_500));
    expect(verdict).toBe('failed');
    expect(findings.filter(({ holds }) => !holds)).toEqual([
      { text: 'no requests fail', holds: false, found: '5 of 400: 5 × 503' },
    ]);
    expect(reasons).toBe('5 × 503');
  });
  test('has a second for each second', () => {
    const seconds = timeline(failAt(21_000, 21_500).records, 60_000);
    expect(seconds).toHaveLength(60);
    expect(seconds[21]).toEqual({ live: 5, fallback: 0, failed: 5, p50Ms: 10, p99Ms: 10 });
  });
});
