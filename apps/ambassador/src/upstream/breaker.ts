import CircuitBreaker from 'opossum';
import type { BreakerState } from '../metrics.ts';
import type { UpstreamSettings } from '../routes/upstream-settings.ts';
import { CallFailure, ClientFailure } from './failure.ts';

/** What `/breakers` shows of one upstream. */
export interface BreakerStatus {
  readonly upstream: string;
  readonly state: BreakerState;
  /** When it came to this state, ISO 8601. */
  readonly since: string;
  /** Of the rolling window, the one that decides. */
  readonly counts: Readonly<
    Record<'fires' | 'successes' | 'failures' | 'timeouts' | 'rejects' | 'fallbacks', number>
  >;
  readonly inFlight: number;
  /** While open: when the half-open trial is due, ISO 8601. */
  readonly nextTrialAt?: string;
}

type Settings = Pick<UpstreamSettings, 'breaker' | 'timeouts'>;
type Work<T> = () => Promise<T>;

/** A trial that takes longer than any bound of its parts: the circuit opens again, the call itself goes on. */
class Undecided<T> extends Error {
  readonly result: Promise<T>;
  constructor(result: Promise<T>) {
    super('the half-open trial has not ended in time');
    this.result = result;
  }
}

/** opossum's circuit breaker for calls whose result is a `T`: rejections are failures, unless the client is to blame. */
export class Breaker<T> {
  readonly #circuit: CircuitBreaker<[Work<T>], T>;
  readonly #resetTimeoutMs: number;
  #state: BreakerState = 'closed';
  #since = Date.now();

  constructor({ breaker, timeouts }: Settings, onChange: (state: BreakerState) => void) {
    this.#resetTimeoutMs = breaker.resetTimeoutMs;
    const trialMs = timeouts.connectMs + timeouts.timeToFirstByteMs + timeouts.idleMs;
    // opossum keeps and changes the object it is given. Its types lack enableSnapshots.
    const options: CircuitBreaker.Options<[Work<T>]> & { enableSnapshots: boolean } = {
      // Attempts end by their own time-outs: one for all would count a long upload as the upstream's failure.
      timeout: false,
      errorThresholdPercentage: breaker.errorThresholdPercentage,
      volumeThreshold: breaker.volumeThreshold,
      rollingCountTimeout: breaker.rollingWindowMs,
      resetTimeout: breaker.resetTimeoutMs,
      // Otherwise each failure sorts every latency of the window.
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      // What is filtered counts as a success, so that a client who leaves during the trial would close the circuit.
      errorFilter: (error: unknown) => error instanceof ClientFailure && !this.#circuit.halfOpen,
    };
    this.#circuit = new CircuitBreaker(
      (work: Work<T>) => (this.#circuit.halfOpen ? bounded(work(), trialMs) : work()),
      options,
    );
    const change = (state: BreakerState) => () => {
      this.#state = state;
      this.#since = Date.now();
      onChange(state);
    };
    this.#circuit.on('open', change('open'));
    this.#circuit.on('halfOpen', change('half-open'));
    this.#circuit.on('close', change('closed'));
    this.#circuit.on('failure', (error) => {
      if (error instanceof CallFailure && error.reason === 'timeout') this.#circuit.emit('timeout', error);
    });
  }

  get state(): BreakerState {
    return this.#state;
  }

  /**
   * Does the work, unless the circuit is open or its one trial is under way.
   * @throws {CallFailure} `circuit-open`, or whatever the work throws.
   */
  async fire(work: Work<T>): Promise<T> {
    try {
      return await this.#circuit.fire(work);
    } catch (error) {
      if (error instanceof Undecided) return (error as Undecided<T>).result;
      if (error instanceof Error && CircuitBreaker.isOurError(error)) throw this.#rejection(error);
      throw error;
    }
  }

  /** A static answer was given in place of a call's result. */
  countFallback(): void {
    this.#circuit.emit('fallback');
  }

  status(): Omit<BreakerStatus, 'upstream' | 'inFlight'> {
    const { fires, successes, failures, timeouts, rejects, fallbacks } = this.#circuit.stats;
    return {
      state: this.#state,
      since: new Date(this.#since).toISOString(),
      counts: { fires, successes, failures, timeouts, rejects, fallbacks },
      ...(this.#state === 'open' && { nextTrialAt: new Date(this.#nextTrialAt).toISOString() }),
    };
  }

  close(): void {
    this.#circuit.shutdown();
  }

  get #nextTrialAt(): number {
    return this.#since + this.#resetTimeoutMs;
  }

  #rejection(cause: Error): CallFailure {
    const seconds = Math.ceil((this.#nextTrialAt - Date.now()) / 1000);
    return new CallFailure(
      'circuit-open',
      'The upstream has failed too often and is left alone for a while.',
      {
        cause,
        retryAfter: this.#state === 'open' ? Math.max(1, seconds) : 1,
      },
    );
  }
}

/** Settles in time whatever the work does: opossum lets nobody else through before its trial has settled. */
function bounded<T>(result: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Undecided(result)), milliseconds);
    result.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
