import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';
import type { UpstreamSettings } from '../routes.ts';
import {
  admission,
  effectOf,
  resultOf,
  type BreakerState,
  type Circuit,
  type Effect,
  type Result,
} from './breaker-rules.ts';
import { UpstreamFailure } from './failure.ts';

const countNames = ['fires', 'successes', 'failures', 'timeouts', 'rejects', 'fallbacks'] as const;
type CountName = (typeof countNames)[number];

/** A rolling window has this many parts, and drops the oldest one at a time; opossum's default. */
const windowParts = 10;

/** What `/breakers` shows of one upstream. */
export interface BreakerStatus {
  readonly upstream: string;
  readonly state: BreakerState;
  /** When it entered this state, ISO 8601. */
  readonly since: string;
  /** All requests in the rolling window. For the decision only those since the circuit last closed count. */
  readonly counts: Readonly<Record<CountName, number>>;
  readonly inFlight: number;
  /** While open: when the half-open trial is due, ISO 8601. */
  readonly nextTrialAt?: string;
}

/** The right to send one request. Its holder reports the result once, and releases the permit at the end of the exchange. */
export interface Permit {
  succeeded(): void;
  /** @param error why there is no usable response; {@link resultOf} says what it counts as. */
  failed(error: unknown): void;
  /** To be called when the response's body, too, has ended; more than once is harmless. */
  readonly release: () => void;
}

type Settings = Pick<UpstreamSettings, 'breaker' | 'timeouts' | 'maxConcurrent'>;

/**
 * The circuit breaker of one upstream, with its bound on requests in progress. `breaker-rules.ts` says which requests may go
 * out and what their results mean; opossum keeps the state, the window of results, the share of failures and the time
 * until the trial. It counts the requests that went out and not those that were turned away (docs/decisions/0019-breaker.md).
 */
export class Breaker {
  readonly #settings: Settings;
  readonly #onChange: (state: BreakerState) => void;
  readonly #engine: CircuitBreaker<[], never>;
  /** Makes opossum begin the next part of its window. */
  readonly #rotation = new EventEmitter();
  readonly #rotating: NodeJS.Timeout;
  /** The newest part of opossum's window. */
  #part: CircuitBreaker.Bucket;
  readonly #counts = new RollingCounts(countNames);
  #circuit: Circuit = { state: 'closed', period: 0, trialOut: false };
  #since = Date.now();
  #inFlight = 0;
  #trialDeadline: NodeJS.Timeout | undefined;

  constructor(settings: Settings, onChange: (state: BreakerState) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
    const { breaker } = settings;
    // opossum keeps and changes the object it is given.
    this.#engine = new CircuitBreaker(fail, {
      // Attempts end by their own time-outs: one for all would count a long upload as the upstream's failure.
      timeout: false,
      errorThresholdPercentage: breaker.errorThresholdPercentage,
      volumeThreshold: breaker.volumeThreshold,
      rollingCountTimeout: breaker.rollingWindowMs,
      rollingCountBuckets: windowParts,
      rotateBucketController: this.#rotation,
      resetTimeout: breaker.resetTimeoutMs,
      // Otherwise opossum sorts all latencies of the window at each failure.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    });
    this.#part = this.#newestPart();
    this.#rotating = setInterval(
      () => {
        this.#rotate();
        this.#counts.rotate();
      },
      Math.floor(breaker.rollingWindowMs / windowParts),
    ).unref();
    this.#engine.on('open', () => this.#changed('open'));
    this.#engine.on('halfOpen', () => this.#changed('half-open'));
    this.#engine.on('close', () => {
      // Results from before the opening say nothing about the upstream as it is now.
      for (let part = 0; part < windowParts; part += 1) this.#rotate();
      this.#changed('closed');
    });
  }

  get state(): BreakerState {
    return this.#circuit.state;
  }

  /** Permits that are not released yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Lets one request out.
   * @throws {UpstreamFailure} `circuit-open` or `overloaded`. There is no queue, because a client would give up before
   * its turn.
   */
  acquire(): Permit {
    const permission = admission(this.#circuit, this.#inFlight < this.#settings.maxConcurrent);
    if (permission === 'overloaded')
      throw new UpstreamFailure('overloaded', 'Too many requests to the upstream are in progress.');
    this.#counts.add('fires');
    if (permission === 'circuit-open') {
      this.#counts.add('rejects');
      throw this.#rejection();
    }
    this.#inFlight += 1;
    const began = this.#circuit;
    if (began.state === 'half-open') this.#trialBegan();
    // A request in progress counts in the part of the window in which it began.
    const part = this.#part;
    part.fires += 1;
    let reported = false;
    let released = false;
    const report = (result: Result): void => {
      if (reported) return;
      reported = true;
      part.fires -= 1;
      if (result !== 'neither') this.#counts.add(result === 'success' ? 'successes' : 'failures');
      this.#apply(effectOf(began, this.#circuit, result));
    };
    return {
      succeeded: () => report('success'),
      failed: (error) => {
        if (!reported && error instanceof UpstreamFailure && error.reason === 'timeout')
          this.#counts.add('timeouts');
        report(resultOf(error));
      },
      release: () => {
        if (released) return;
        released = true;
        this.#inFlight -= 1;
      },
    };
  }

  /** A fallback replaced a response. */
  countFallback(): void {
    this.#counts.add('fallbacks');
  }

  status(): Omit<BreakerStatus, 'upstream'> {
    const { state } = this.#circuit;
    return {
      state,
      since: new Date(this.#since).toISOString(),
      counts: this.#counts.totals(),
      inFlight: this.#inFlight,
      ...(state === 'open' && { nextTrialAt: new Date(this.#nextTrialAt).toISOString() }),
    };
  }

  close(): void {
    clearInterval(this.#rotating);
    clearTimeout(this.#trialDeadline);
    this.#engine.shutdown();
  }

  get #nextTrialAt(): number {
    return this.#since + this.#settings.breaker.resetTimeoutMs;
  }

  #apply(effect: Effect): void {
    if (effect === 'open') this.#engine.open();
    else if (effect === 'close') this.#engine.close();
    else if (effect === 'count-failure') this.#engine.fire().catch(() => undefined);
    else if (effect === 'count-success') {
      // What opossum does with a success while it is closed. Its `fire` also keeps the latency of each call of the
      // window, which nothing reads.
      this.#part.fires += 1;
      this.#part.successes += 1;
    }
  }

  #rotate(): void {
    this.#rotation.emit('rotate');
    this.#part = this.#newestPart();
  }

  #newestPart(): CircuitBreaker.Bucket {
    return this.#engine.status.window[0] as CircuitBreaker.Bucket;
  }

  #changed(state: BreakerState): void {
    clearTimeout(this.#trialDeadline);
    this.#circuit = { state, period: this.#circuit.period + 1, trialOut: false };
    this.#since = Date.now();
    this.#onChange(state);
  }

  /** No other request gets out before the trial ends, so a trial that takes too long opens the circuit again. */
  #trialBegan(): void {
    this.#circuit = { ...this.#circuit, trialOut: true };
    const { connectMs, timeToFirstByteMs, idleMs } = this.#settings.timeouts;
    this.#trialDeadline = setTimeout(() => this.#engine.open(), connectMs + timeToFirstByteMs + idleMs);
  }

  #rejection(): UpstreamFailure {
    const seconds = Math.ceil((this.#nextTrialAt - Date.now()) / 1000);
    return new UpstreamFailure(
      'circuit-open',
      'The upstream has failed too often: the circuit breaker is open.',
      { retryAfter: this.#circuit.state === 'open' ? Math.max(1, seconds) : 1 },
    );
  }
}

const failure = new Error('the request failed');

/** What opossum fires for a request that has failed. It throws at once, so that opossum opens at once. */
function fail(): Promise<never> {
  throw failure;
}

/** Counts by name of what happened within a rolling window, which its owner moves on. */
class RollingCounts<Name extends string> {
  readonly #names: readonly Name[];
  /** The newest part first. */
  readonly #parts: Record<Name, number>[];

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#parts = Array.from({ length: windowParts }, () => this.#zero());
  }

  add(name: Name): void {
    (this.#parts[0] as Record<Name, number>)[name] += 1;
  }

  /** Forgets the oldest part. */
  rotate(): void {
    this.#parts.pop();
    this.#parts.unshift(this.#zero());
  }

  totals(): Record<Name, number> {
    const totals = this.#zero();
    for (const part of this.#parts) for (const name of this.#names) totals[name] += part[name];
    return totals;
  }

  #zero(): Record<Name, number> {
    return Object.fromEntries(this.#names.map((name) => [name, 0])) as Record<Name, number>;
  }
}
