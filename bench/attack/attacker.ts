/** A client in its own process, so that what it does itself does not hold up the one that measures. */
import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient } from '@shop/testing/load';
import { timeoutMs, type Order } from './attacks.ts';

const url = process.argv[2] ?? '';
let order: Order = {};

async function work(): Promise<void> {
  const client = new HttpClient({ url }, timeoutMs);
  let requests = 0;
  const start = performance.now();
  while (order.attack) {
    await client.send({ method: 'GET', ...order.attack });
    requests += 1;
    const next = order.perSecond === undefined ? 0 : start + (requests * 1000) / order.perSecond;
    if (next > performance.now()) await delay(next - performance.now());
  }
  client.close();
  process.send?.({ requests });
}

process.on('message', (message: Order) => {
  order = message;
  if (order.attack) void work();
});
process.on('disconnect', () => process.exit());
