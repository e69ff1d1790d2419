import { UpstreamFailure } from './failure.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What the rules need to know of a circuit. */
export interface Circuit {
  readonly state: BreakerState;
  /** Goes up by one with each change of state. */
  readonly period: number;
  /** In the half-open state: its one trial request has begun and not ended. */
  readonly trialOut: boolean;
}

/** The circuit as it was when a permit was given. */
export type Beginning = Pick<Circuit, 'state' | 'period'>;

export type Admission = 'admitted' | 'circuit-open' | 'overloaded';
/** What the result of an exchange says about its upstream. */
export type Result = 'success' | 'failure' | 'neither';
/** What the circuit does when a permit's holder reports. */
export type Effect = 'count-success' | 'count-failure' | 'close' | 'open' | 'nothing';

/**
 * Whether a request may go out. A half-open trial needs no free permit: requests that hang may hold them all, and without a
 * trial the circuit would never close again.
 */
export function admission({ state, trialOut }: Circuit, permitFree: boolean): Admission {
  if (state === 'open') return 'circuit-open';
  if (state === 'half-open') return trialOut ? 'circuit-open' : 'admitted';
  return permitFree ? 'admitted' : 'overloaded';
}

/**
 * What a failure says about its upstream. A client that leaves, or whose body does not come, says nothing about
 * it; neither does a request that cannot be sent, nor a defect of this program.
 */
export function resultOf(error: unknown): Result {
  return error instanceof UpstreamFailure && !error.unsent ? 'failure' : 'neither';
}

/**
 * What a result does to the circuit. A result counts only if the circuit has not changed its state since the request
 * began; so in the half-open state only the trial decides. A trial without a result opens the circuit again, because
 * nothing is known yet.
 */
export function effectOf(began: Beginning, now: Circuit, result: Result): Effect {
  if (began.period !== now.period) return 'nothing';
  if (began.state === 'half-open') return result === 'success' ? 'close' : 'open';
  if (result === 'neither') return 'nothing';
  return result === 'success' ? 'count-success' : 'count-failure';
}
