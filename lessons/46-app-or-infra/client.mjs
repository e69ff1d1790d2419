/**
 * `node client.mjs [--attempts N] [--timeout MS] [--kill] SERIES`: puts twenty products into the shop, all at once. Each has an
 * id that the client has chosen, so that sending it again is harmless. With --kill, the process that is stopped is killed after 2 s.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sellerId, send } from './shop.mjs';
import { signal } from './signal.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    attempts: { type: 'string', default: '10' },
    timeout: { type: 'string', default: '1000' },
    kill: { type: 'boolean', default: false },
  },
});
const attempts = Number(values.attempts);
const timeoutMs = Number(values.timeout);
const [series] = positionals;
const products = 20;
/** What says nothing of the request itself: sent again, it may succeed. */
const transient = new Set([429, 502, 503, 504]);

const reasons = new Set();
let longestMs = 0;

/** @returns whether the shop has acknowledged the product. */
async function put(number) {
  const digest = createHash('sha256').update(`${series} ${number}`).digest('hex');
  const path = `/01941f29-7c46-7000-8000-${digest.slice(0, 12)}`;
  const price = { amount: 100, currency: 'KRW' };
  const product = {
    sku: `LESSON-${series}-${number}`,
    name: `Number ${number} of ${series}`,
    price,
    sellerId,
  };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const begun = performance.now();
    try {
      const { ok, status } = await send('PUT', path, product, timeoutMs);
      if (ok) return true;
      if (!transient.has(status)) throw new Error(`the response to PUT was ${status}`);
      reasons.add(`status ${status}`);
    } catch (error) {
      if (error.name !== 'TimeoutError' && error.cause === undefined) throw error;
      reasons.add(error.name === 'TimeoutError' ? 'no response in time' : 'a broken connection');
    } finally {
      longestMs = Math.max(longestMs, performance.now() - begun);
    }
    // Longer each time, and by chance: not all at the same moment again.
    if (attempt < attempts) await delay(100 * 2 ** Math.min(attempt, 4) * (0.5 + Math.random() / 2));
  }
  return false;
}

if (values.kill) setTimeout(() => signal('KILL'), 2000);
const written = await Promise.all(Array.from({ length: products }, (_, index) => put(index + 1)));
const acknowledged = written.filter(Boolean).length;
console.log(`acknowledged: ${acknowledged} of ${products}`);
console.log(`met: ${[...reasons].join(', ') || 'nothing'}`);
console.log(`longest attempt: ${(longestMs / 1000).toFixed(1)} s`);
process.exitCode = acknowledged === products ? 0 : 1;
