import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  admission,
  effectOf,
  resultOf,
  type BreakerState,
  type Circuit,
} from '../src/upstream/breaker-rules.ts';
import { UpstreamFailure, ClientFailure } from '../src/upstream/failure.ts';

const circuit = (state: BreakerState, rest: Partial<Circuit> = {}): Circuit => ({
  state,
  period: 1,
  trialOut: false,
  ...rest,
});

describe('which requests may go out', () => {
  test.each([
    ['closed', false, true, 'admitted'],
    ['closed', false, false, 'overloaded'],
    ['open', false, true, 'circuit-open'],
    ['open', false, false, 'circuit-open'],
    ['half-open', false, true, 'admitted'],
    ['half-open', false, false, 'admitted'],
    ['half-open', true, true, 'circuit-open'],
    ['half-open', true, false, 'circuit-open'],
  ] as const)('%s, trial out: %s, a permit is free: %s → %s', (state, trialOut, permitFree, expected) =>
    expect(admission(circuit(state, { trialOut }), permitFree)).toBe(expected),
  );
});

describe('what a rejection says about the upstream', () => {
  test.each(['timeout', 'unreachable', 'upstream-error'] as const)('%s is a failure', (reason) =>
    expect(resultOf(new UpstreamFailure(reason, 'why'))).toBe('failure'),
  );

  test.each([
    ['a client that leaves', new ClientFailure('why')],
    ['a body that does not come', new ClientFailure('why', true)],
    ['a request that cannot be sent', new UpstreamFailure('upstream-error', 'why', { unsent: true })],
    ['a defect of this program', new TypeError('why')],
    ['nothing', undefined],
  ])('%s says nothing', (_what, error) => expect(resultOf(error)).toBe('neither'));
});

describe('what a result does', () => {
  const began = { closed: circuit('closed'), trial: circuit('half-open') };
  test.each([
    ['success', 'count-success'],
    ['failure', 'count-failure'],
    ['neither', 'nothing'],
  ] as const)('in the closed state it began in, %s → %s', (result, effect) =>
    expect(effectOf(began.closed, circuit('closed'), result)).toBe(effect),
  );

  test.each([
    ['success', 'close'],
    ['failure', 'open'],
    ['neither', 'open'],
  ] as const)('of the trial, %s → %s', (result, effect) =>
    expect(effectOf(began.trial, circuit('half-open', { trialOut: true }), result)).toBe(effect),
  );

  test('in any later state, nothing', () => {
    const state = fc.constantFrom('closed', 'open', 'half-open');
    const result = fc.constantFrom('success', 'failure', 'neither');
    fc.assert(
      fc.property(
        state,
        state,
        result,
        fc.nat(),
        fc.integer({ min: 1 }),
        (then, now, result, period, later) => {
          const call = circuit(then, { period });
          expect(effectOf(call, circuit(now, { period: period + later }), result)).toBe('nothing');
        },
      ),
    );
  });
});
