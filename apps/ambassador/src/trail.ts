import type { IncomingMessage } from 'node:http';

/**
 * A member of `tracestate` (W3C Trace Context, section 3.3): the client wants to follow what happens to its request.
 */
const followed = 'shop=follow';

/** One attempt to get a response from the upstream. Times in milliseconds since the exchange began. */
interface AttemptRecord {
  readonly fromMs: number;
  readonly toMs: number;
  readonly status?: number;
  /** A `FailureReason`, or `client-left`. */
  readonly reason?: string;
  /** Node's error code. */
  readonly cause?: string;
}

/**
 * What happened in an exchange that its client follows; logged at the exchange's end. Other exchanges have no trail, as
 * it costs time.
 */
export class Trail {
  /** The breaker's state when the exchange requested its permit. */
  breaker: string | undefined;
  /** Why there is no usable response of the upstream. */
  reason: string | undefined;
  readonly attempts: AttemptRecord[] = [];
  readonly #startedAt: number;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  static wantedBy(tracestate: string): boolean {
    return tracestate.split(',').some((member) => member.trim() === followed);
  }

  /** Records an attempt when it settles. @returns the attempt's result. */
  async record<T extends { readonly message: IncomingMessage }>(attempt: Promise<T>): Promise<T> {
    const fromMs = this.#now();
    try {
      const response = await attempt;
      const { statusCode: status = 0 } = response.message;
      this.attempts.push({ fromMs, toMs: this.#now(), status });
      return response;
    } catch (error) {
      const { reason = 'client-left', cause: origin } = error as Error & { readonly reason?: string };
      const cause = (origin as NodeJS.ErrnoException | undefined)?.code;
      this.attempts.push({ fromMs, toMs: this.#now(), reason, ...(cause === undefined ? {} : { cause }) });
      throw error;
    }
  }

  #now(): number {
    return Math.round((performance.now() - this.#startedAt) * 10) / 10;
  }
}
