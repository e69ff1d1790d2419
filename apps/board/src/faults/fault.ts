/** What can be broken, and what must hold meanwhile. */
import { ProblemError } from '../problems/problem-error.ts';
import type { BreakerState } from '../scene/entities.ts';

/** One request of the board's own traffic. */
export interface Sample {
  /** When it was due; milliseconds since 1970. */
  readonly at: number;
  /** From that time to the response's end. */
  readonly latencyMs: number;
  readonly outcome: 'live' | 'fallback' | 'failed';
  /** Why it failed: `503`, `ECONNREFUSED`. */
  readonly reason?: string;
}

/** What a fault is judged by. Times in milliseconds since 1970. */
export interface FaultEvidence {
  /** Oldest first, from some time before the fault on. */
  readonly samples: readonly Sample[];
  /** How often breakers came to each state since the fault began. */
  readonly transitions: Readonly<Record<BreakerState, number>>;
  /** Parts that were restarted since then: `UNIT/PART`. */
  readonly restarts: readonly string[];
  readonly times: {
    readonly faultFrom: number;
    /** When its cause was over. */
    readonly faultTo: number;
    /** When the shop had recovered; the same as `to` before that. */
    readonly steady: number;
    readonly to: number;
  };
}

export interface Finding {
  readonly holds: boolean;
  /** What was found, in the criterion's own terms: `3 of 40: 3 × 503`. */
  readonly found: string;
}

/** What must hold. */
export interface Criterion {
  /** In English. */
  readonly text: string;
  /** It may become true some time after the fault. */
  readonly isAwaited?: true;
  readonly judge: (evidence: FaultEvidence) => Finding;
}

/** The moments that only the fault knows. */
export interface Moments {
  /** It has begun. */
  readonly active: () => void;
  /** Its cause is over; recovery follows. By default this is when `run` resolves. */
  readonly ended: () => void;
}

/** Something that can be broken. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly clientSees: string;
  readonly mustHold: readonly Criterion[];
  /** It lasts until it is undone; otherwise it ends by itself. */
  readonly lasting: boolean;
  /**
   * Causes the fault. Resolves when it is over and all changes are undone. Undoes them at once when the signal is
   * aborted.
   */
  run(moments: Moments, signal: AbortSignal): Promise<void>;
}

/** The fault is not possible now; the problem says why. */
export class FaultRefusedError extends ProblemError {
  override readonly name = 'FaultRefusedError';
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
