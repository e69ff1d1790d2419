/** What can be broken, and what must hold meanwhile. */
import type { BreakerState } from '../scene/entities.ts';

/** One request of the board's own traffic. */
export interface Sample {
  /** When it was due; milliseconds since 1970. */
  readonly at: number;
  /** From then to the response's end. */
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
  /** Parts that were started again since: `UNIT/PART`. */
  readonly restarts: readonly string[];
  readonly times: {
    readonly faultFrom: number;
    /** The end of its cause. */
    readonly faultTo: number;
    /** When the shop had recovered; the same as `to` while it has not. */
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
  /** It may come true some time after the fault. */
  readonly isAwaited?: true;
  readonly judge: (evidence: FaultEvidence) => Finding;
}

/** The moments of a fault that only it knows. */
export interface Moments {
  /** It is there now. */
  readonly active: () => void;
  /** Its cause is over; what follows is recovery. Otherwise it is when `run` resolves. */
  readonly ended: () => void;
}

/** Something that can be broken. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly clientSees: string;
  readonly mustHold: readonly Criterion[];
  /** It lasts until it is undone; otherwise it is over by itself. */
  readonly lasting: boolean;
  /**
   * Brings the fault about, and resolves when it is over and all that it changed is undone. Undoes at once when the
   * signal is aborted.
   */
  run(moments: Moments, signal: AbortSignal): Promise<void>;
}

/** It cannot be done now; the message says why. */
export class FaultRefusedError extends Error {
  override readonly name = 'FaultRefusedError';
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
