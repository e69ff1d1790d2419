import { setTimeout as delay } from 'node:timers/promises';

/** How often it checks whether requests are due; this delay is a part of their latency. */
const tickMs = 5;
/** After a pause of the process (a laptop's lid), only so much of what was missed is sent. */
const longestBacklogMs = 1_000;

/**
 * Calls `send` at a fixed rate, even while earlier requests wait: a slow server gets no fewer requests, and the waiting
 * ones are not missing from the figures (coordinated omission).
 * @param send gets the time at which the request was due, of `performance.now()`.
 */
export async function openLoop(
  perSecond: number,
  send: (dueAt: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const everyMs = 1_000 / perSecond;
  let due = performance.now();
  while (!signal.aborted) {
    const now = performance.now();
    if (now - due > longestBacklogMs) due = now;
    for (; due <= now; due += everyMs) send(due);
    await delay(tickMs, undefined, { signal }).catch(() => undefined);
  }
}
