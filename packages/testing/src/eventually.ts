import { setTimeout as delay } from 'node:timers/promises';

export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
  /** Ends the wait at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits for a condition: calls `probe` again until it returns something other than undefined or false, without
 * throwing.
 * @throws with `what`, and why the last call failed; or the signal's reason.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 15_000, everyMs = 100, signal }: Patience = {},
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    let reason: Error | undefined;
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      reason = error as Error;
    }
    if (Date.now() >= deadline) {
      const because = reason === undefined ? '' : `: ${reason.message}${causeOf(reason.cause)}`;
      throw new Error(`${what}: not within ${withinMs / 1000} s${because}`, { cause: reason });
    }
    await delay(everyMs);
  }
}

/** The cause, which fetch leaves out of its message. */
const causeOf = (cause: unknown): string => {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  return code || message ? ` (${code ?? message})` : '';
};
