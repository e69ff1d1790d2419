import { setTimeout as delay } from 'node:timers/promises';

export interface OpenLoop {
  /** Milliseconds since the first request was due. */
  now(): number;
  /** No further request is sent; resolves when all unfinished ones have ended. */
  stop(): Promise<void>;
}

/** How often it looks whether requests are due: what that delays is part of their latency. */
const tickMs = 5;

/**
 * Calls `send` at a fixed rate, also while earlier calls wait: a server that is slow gets no fewer requests, and
 * those that wait for it are not missing from the figures (coordinated omission).
 * @param perSecond requests a second.
 * @param send gets the time at which the request was due; a late call keeps the time at which it should have been made.
 */
export function openLoop(perSecond: number, send: (dueAt: number) => Promise<void>): OpenLoop {
  const start = performance.now();
  const now = () => performance.now() - start;
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let sent = 0;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      for (; sent * (1000 / perSecond) <= now(); sent += 1) {
        const call: Promise<void> = send(sent * (1000 / perSecond)).finally(() => underWay.delete(call));
        underWay.add(call);
      }
      await delay(tickMs);
    }
  }
  const running = run();

  return {
    now,
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(underWay);
    },
  };
}
