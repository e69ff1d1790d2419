import { setTimeout as delay } from 'node:timers/promises';
import { RefusedError, StoppedError, UnavailableError } from './errors.ts';

export interface AttemptsOptions {
  /** For all attempts together. */
  readonly patienceMs: number;
  /** Ends the waiting between attempts, not the current attempt. */
  readonly signal: AbortSignal;
  readonly retryOn: ReadonlySet<number>;
  readonly onRetry?: (reason: string) => void;
  /** Doubled from one wait to the next. */
  readonly firstDelayMs?: number;
}

const longestDelayMs = 5000;

/** Statuses that do not blame the request: it may be sent again unchanged. */
export const transient: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/**
 * Sends until there is a final response. Waits between attempts grow and are partly random, so that several senders do
 * not come back together; a `Retry-After` is respected.
 * @param send one attempt; its rejection is a connection that failed or took too long.
 * @throws {UnavailableError}, {StoppedError}; a {RefusedError} of `send` as it is.
 */
export async function attempt(
  what: string,
  send: () => Promise<Response>,
  { patienceMs, signal, retryOn, onRetry, firstDelayMs = 100 }: AttemptsOptions,
): Promise<Response> {
  const deadline = performance.now() + patienceMs;
  for (let ceiling = firstDelayMs; ; ceiling = Math.min(ceiling * 2, longestDelayMs)) {
    if (signal.aborted) throw new StoppedError(`${what} was not sent`);
    const outcome = await send().catch((error: unknown) => {
      if (error instanceof RefusedError) throw error;
      return reasonOf(error);
    });
    if (outcome instanceof Response && !retryOn.has(outcome.status)) return outcome;
    const reason = outcome instanceof Response ? `answered ${outcome.status}` : outcome;
    const asked = outcome instanceof Response ? retryAfterMs(outcome) : 0;
    if (outcome instanceof Response) await outcome.body?.cancel();
    const waitMs = Math.max(asked, ceiling / 2 + (Math.random() * ceiling) / 2);
    if (performance.now() + waitMs > deadline)
      throw new UnavailableError(`${what} was not answered within ${patienceMs / 1000} s (${reason})`);
    onRetry?.(reason);
    await delay(waitMs, undefined, { signal }).catch(() => {});
  }
}

/** @returns 0 without the field, and for a date, which our services never send. */
function retryAfterMs({ headers }: Response): number {
  const seconds = headers.get('retry-after') ?? '';
  return /^\d{1,3}$/.test(seconds) ? Number(seconds) * 1000 : 0;
}

/** Never the whole error: it may quote what was sent. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return 'no response in time';
  return cause?.code ?? message;
}
