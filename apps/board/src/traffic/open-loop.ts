import { setTimeout as delay } from 'node:timers/promises';

/** How often it looks whether requests are due; what that delays is part of their latency. */
const tickMs = 5;
/** After a pause of the process (a laptop's lid) what was missed is not sent all at once. */
const longestBacklogMs = 1_000;

/**
 * Calls `send` at a fixed rate, however long earlier requests take: a slow server gets no fewer requests, and the ones
 * that wait are not missing from the figures (coordinated omission).
 * @param send is given the time at which the request was due, of `performance.now()`.
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
