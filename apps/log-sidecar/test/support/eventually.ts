import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats `attempt` until it resolves to something else than false.
 * @throws {Error} naming `what`, with the last error as its cause, when `withinMs` milliseconds have not been enough.
 */
export async function eventually<T>(
  what: string,
  attempt: () => T | Promise<T>,
  withinMs = 20_000,
): Promise<Exclude<T, false>> {
  const end = performance.now() + withinMs;
  for (;;) {
    let cause: unknown;
    try {
      const result = await attempt();
      if (result !== false) return result as Exclude<T, false>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`, { cause });
    await delay(10);
  }
}
