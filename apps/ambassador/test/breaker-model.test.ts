import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Breaker, type Permit } from '../src/upstream/breaker.ts';
import type { BreakerState } from '../src/upstream/breaker-rules.ts';
import { UpstreamFailure, ClientFailure } from '../src/upstream/failure.ts';

const rollingWindowMs = 1000;
const partMs = rollingWindowMs / 10;
const timeouts = { connectMs: 50, timeToFirstByteMs: 100, idleMs: 150, keepAliveMs: 4000 };
const trialMs = 300;

interface Settings {
  readonly errorThresholdPercentage: number;
  readonly volumeThreshold: number;
  readonly resetTimeoutMs: number;
  readonly maxConcurrent: number;
}

type CountName = keyof ReturnType<Breaker['status']>['counts'];
type End = 'answered' | 'failed' | 'timed-out' | 'abandoned' | 'stalled' | 'broken-here';
interface ModelCall {
  readonly at: number;
  readonly period: number;
  readonly trial: boolean;
  ended: boolean;
  released: boolean;
}

const partOf = (at: number): number => Math.floor(at / partMs);

/** The rules as in the README, in their simplest form: without opossum or moving buckets, with the whole history. */
class Model {
  now = 0;
  state: BreakerState = 'closed';
  period = 0;
  changedAt = 0;
  trial: ModelCall | undefined;
  readonly calls: ModelCall[] = [];
  readonly events: { readonly at: number; readonly name: CountName }[] = [];
  /** Results of requests that began and ended in one closed period. */
  readonly results: { readonly at: number; readonly period: number; readonly failed: boolean }[] = [];
  readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  get inFlight(): number {
    return this.calls.filter(({ released }) => !released).length;
  }

  to(state: BreakerState): void {
    this.state = state;
    this.period += 1;
    this.changedAt = this.now;
    this.trial = undefined;
  }

  recent<T extends { readonly at: number }>(all: readonly T[]): T[] {
    return all.filter(({ at }) => partOf(at) > partOf(this.now) - 10);
  }

  counts(): Record<CountName, number> {
    const counts = { fires: 0, successes: 0, failures: 0, timeouts: 0, rejects: 0, fallbacks: 0 };
    for (const { name } of this.recent(this.events)) counts[name] += 1;
    return counts;
  }

  begin(): ModelCall | 'overloaded' | 'circuit-open' {
    if (this.state === 'closed' && this.inFlight >= this.settings.maxConcurrent) return 'overloaded';
    this.events.push({ at: this.now, name: 'fires' });
    if (this.state === 'open' || this.trial) {
      this.events.push({ at: this.now, name: 'rejects' });
      return 'circuit-open';
    }
    const trial = this.state === 'half-open';
    const call = { at: this.now, period: this.period, trial, ended: false, released: false };
    if (trial) this.trial = call;
    this.calls.push(call);
    return call;
  }

  end(call: ModelCall, how: End): void {
    if (call.ended) return;
    call.ended = true;
    const failed = how === 'failed' || how === 'timed-out';
    if (how === 'timed-out') this.events.push({ at: this.now, name: 'timeouts' });
    if (failed || how === 'answered')
      this.events.push({ at: this.now, name: failed ? 'failures' : 'successes' });
    if (call.period !== this.period) return;
    if (call.trial) return this.to(how === 'answered' ? 'closed' : 'open');
    if (!failed && how !== 'answered') return;
    this.results.push({ at: this.now, period: this.period, failed });
    const results = this.recent(this.results).filter(({ period }) => period === this.period);
    const inProgress = this.recent(this.calls).filter(
      ({ period, ended }) => period === this.period && !ended,
    );
    const made = results.length + inProgress.length;
    const failures = results.filter(({ failed }) => failed).length;
    const { volumeThreshold, errorThresholdPercentage } = this.settings;
    if (failed && made >= volumeThreshold && (100 * failures) / made > errorThresholdPercentage)
      this.to('open');
  }

  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      const due =
        this.state === 'open'
          ? this.changedAt + this.settings.resetTimeoutMs
          : this.trial
            ? this.trial.at + trialMs
            : Infinity;
      if (due > end) break;
      this.now = due;
      this.to(this.state === 'open' ? 'half-open' : 'open');
    }
    this.now = end;
  }
}

class Real implements Disposable {
  readonly breaker: Breaker;
  readonly permits: Permit[] = [];
  readonly changes: BreakerState[] = [];

  constructor({ maxConcurrent, ...breaker }: Settings) {
    this.breaker = new Breaker(
      { maxConcurrent, timeouts, breaker: { ...breaker, rollingWindowMs } },
      (state) => this.changes.push(state),
    );
  }

  begin(): Permit | string {
    try {
      const permit = this.breaker.acquire();
      this.permits.push(permit);
      return permit;
    } catch (error) {
      return (error as UpstreamFailure).reason;
    }
  }

  [Symbol.dispose](): void {
    this.breaker.close();
  }
}

const errors: Record<Exclude<End, 'answered'>, () => Error> = {
  failed: () => new UpstreamFailure('upstream-error', 'why'),
  'timed-out': () => new UpstreamFailure('timeout', 'why'),
  abandoned: () => new ClientFailure('why'),
  stalled: () => new ClientFailure('why', true),
  'broken-here': () => new TypeError('why'),
};
function end(permit: Permit, how: End): void {
  if (how === 'answered') permit.succeeded();
  else permit.failed(errors[how]());
}

type Command = fc.Command<Model, Real>;
/** What holds after each command. Plain comparison, as there are tens of thousands. */
function agree(model: Model, real: Real): void {
  const { state, inFlight, counts, nextTrialAt } = real.breaker.status();
  assert.deepEqual(
    {
      state,
      inFlight,
      counts,
      nextTrialAt: nextTrialAt && Date.parse(nextTrialAt),
      changes: real.changes.length,
    },
    {
      state: model.state,
      inFlight: model.inFlight,
      counts: model.counts(),
      nextTrialAt: model.state === 'open' ? model.changedAt + model.settings.resetTimeoutMs : undefined,
      changes: model.period,
    },
  );
}

/** A request wants to go out; the open circuit, or the limit, may turn it away. */
class Begin implements Command {
  check = () => true;
  toString = () => 'begin';
  run(model: Model, real: Real): void {
    const { state, trial } = model;
    const expected = model.begin();
    const got = real.begin();
    // A trial always gets out, however much is in flight.
    if (state === 'half-open' && !trial) assert.equal(typeof got, 'object');
    if (typeof expected === 'string') assert.equal(got, expected);
    else assert.equal(typeof got, 'object');
    agree(model, real);
  }
}

class EndOne implements Command {
  readonly which: number;
  readonly how: End;
  readonly whole: boolean;
  constructor(which: number, how: End, whole: boolean) {
    this.which = which;
    this.how = how;
    this.whole = whole;
  }
  check = ({ calls }: Model) => calls.length > 0;
  toString = () => `end(${this.which}, ${this.how}${this.whole ? ', released' : ''})`;
  run(model: Model, real: Real): void {
    const index = this.which % model.calls.length;
    const call = model.calls[index] as ModelCall;
    const { state, trial } = model;
    model.end(call, this.how);
    end(real.permits[index] as Permit, this.how);
    if (this.whole) release(model, real, index);
    // While half-open, only the trial decides.
    if (state === 'half-open' && call !== trial) assert.equal(real.breaker.state, 'half-open');
    agree(model, real);
  }
}

function release(model: Model, real: Real, index: number): void {
  (model.calls[index] as ModelCall).released = true;
  (real.permits[index] as Permit).release();
}

/** A request that begins, ends and is released at once, so that sequences go through many states. */
class Whole implements Command {
  readonly how: End;
  constructor(how: End) {
    this.how = how;
  }
  check = () => true;
  toString = () => `whole(${this.how})`;
  run(model: Model, real: Real): void {
    const before = model.calls.length;
    new Begin().run(model, real);
    if (model.calls.length > before) new EndOne(before, this.how, true).run(model, real);
  }
}

class Release implements Command {
  readonly which: number;
  constructor(which: number) {
    this.which = which;
  }
  check = ({ calls }: Model) => calls.length > 0;
  toString = () => `release(${this.which})`;
  run(model: Model, real: Real): void {
    release(model, real, this.which % model.calls.length);
    agree(model, real);
  }
}

class Advance implements Command {
  readonly milliseconds: number;
  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }
  check = () => true;
  toString = () => `advance(${this.milliseconds})`;
  run(model: Model, real: Real): void {
    model.advance(this.milliseconds);
    jest.advanceTimersByTime(this.milliseconds);
    agree(model, real);
  }
}

const settings: fc.Arbitrary<Settings> = fc.record({
  errorThresholdPercentage: fc.constantFrom(0, 1, 33, 50, 99, 100),
  volumeThreshold: fc.integer({ min: 1, max: 6 }),
  resetTimeoutMs: fc.constantFrom(1, 50, 333, 1000, 2500),
  maxConcurrent: fc.constantFrom(1, 2, 5, 1000),
});
const how = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<End>('failed', 'timed-out') },
  { weight: 2, arbitrary: fc.constant<End>('answered') },
  { weight: 2, arbitrary: fc.constantFrom<End>('abandoned', 'stalled', 'broken-here') },
);
/** Often the oldest or one of the newest requests. */
const which = fc.oneof(fc.nat(3), fc.nat(1000));
const commands = fc.commands(
  [
    fc.constant(new Begin()),
    fc.constant(new Begin()),
    fc.tuple(which, how, fc.boolean()).map(([index, end, whole]) => new EndOne(index, end, whole)),
    how.map((end) => new Whole(end)),
    how.map((end) => new Whole(end)),
    which.map((index) => new Release(index)),
    fc
      .oneof(fc.nat(60), fc.constantFrom(1, 50, 100, 300, 333, 1000, 1100, 2500))
      .map((ms) => new Advance(ms)),
  ],
  { maxCommands: 100, size: 'max' },
);

describe('the breaker', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  test('does what its rules say, for any sequence of requests begun, ended, timed out, abandoned and turned away', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(settings, commands, (settings, commands) => {
        jest.setSystemTime(0);
        using real = new Real(settings);
        const model = new Model(settings);
        fc.modelRun(() => ({ model, real }), commands);
        for (const change of real.changes) reached.add(change);
        // At the end all permits come back, in every state of the circuit, and a next request can succeed.
        real.permits.forEach((permit) => {
          permit.failed(new ClientFailure('why'));
          permit.release();
        });
        expect(real.breaker.inFlight).toBe(0);
        jest.advanceTimersByTime(settings.resetTimeoutMs);
        const permit = real.begin() as Permit;
        permit.succeeded();
        permit.release();
        expect(real.breaker.status()).toMatchObject({ state: 'closed', inFlight: 0 });
      }),
      { seed: 20_261_128, numRuns: 500 },
    );
    expect([...reached].toSorted()).toEqual(['closed', 'half-open', 'open']);
  });
});
