/** A client in its own process, so that what it does itself does not hold up the one that measures. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from './attacks.ts';
import { requester } from './requester.ts';

export interface Order {
  /** Nothing: stop, and report. */
  readonly attack?: Attack;
  /** One request after the other, not more often than this; without it as fast as responses come. */
  readonly perSecond?: number | undefined;
}

const url = process.argv[2] ?? '';
let order: Order = {};

async function work(): Promise<void> {
  await using client = requester(url);
  let requests = 0;
  const start = performance.now();
  while (order.attack) {
    await client.send(order.attack);
    requests += 1;
    const next = order.perSecond === undefined ? 0 : start + (requests * 1000) / order.perSecond;
    if (next > performance.now()) await delay(next - performance.now());
  }
  process.send?.({ requests });
}

process.on('message', (message: Order) => {
  order = message;
  if (order.attack) void work();
});
process.on('disconnect', () => process.exit());
