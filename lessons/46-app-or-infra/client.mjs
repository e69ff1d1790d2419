/**
 * `node client.mjs [--attempts N] [--timeout MS] SERIES`: puts twenty goods into the shop, all at once. Each has an id of
 * the client's own choice, so that asking again is harmless. Needs SHOP_TOKEN, and the shop's authority in
 * NODE_EXTRA_CA_CERTS.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { attempts: { type: 'string', default: '10' }, timeout: { type: 'string', default: '1000' } },
});
const attempts = Number(values.attempts);
const timeoutMs = Number(values.timeout);
const [series] = positionals;
const goods = 20;
/** The lesson's own seller, by whom its goods are found again. */
const sellerId = '01941f29-7c46-7000-8000-000000000046';
/** What says nothing of the request itself; asked again, it may be answered. */
const transient = new Set([429, 502, 503, 504]);

const reasons = new Set();
let longestMs = 0;

/** @returns whether the shop has said that it has the good. */
async function put(number) {
  const digest = createHash('sha256').update(`${series} ${number}`).digest('hex');
  const url = `https://localhost:8443/product/01941f29-7c46-7000-8000-${digest.slice(0, 12)}`;
  const body = JSON.stringify({
    sku: `LESSON-${series}-${number}`,
    name: `Good ${number} of ${series}`,
    price: { amount: 100, currency: 'KRW' },
    sellerId,
  });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const begun = performance.now();
    try {
      const response = await fetch(url, {
        method: 'PUT',
        headers: { authorization: `Bearer ${process.env.SHOP_TOKEN}`, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.text();
      if (response.ok) return true;
      if (!transient.has(response.status)) throw new Error(`PUT was answered ${response.status}`);
      reasons.add(`status ${response.status}`);
    } catch (error) {
      if (error.name !== 'TimeoutError' && error.cause === undefined) throw error;
      reasons.add(error.name === 'TimeoutError' ? 'no answer in time' : 'a broken connection');
    } finally {
      longestMs = Math.max(longestMs, performance.now() - begun);
    }
    // Longer each time, and by chance: not all at the same moment again.
    if (attempt < attempts) await delay(100 * 2 ** Math.min(attempt, 4) * (0.5 + Math.random() / 2));
  }
  return false;
}

const written = await Promise.all(Array.from({ length: goods }, (_, index) => put(index + 1)));
const acknowledged = written.filter(Boolean).length;
console.log(`acknowledged: ${acknowledged} of ${goods}`);
console.log(`met: ${[...reasons].join(', ') || 'nothing'}`);
console.log(`longest attempt: ${(longestMs / 1000).toFixed(1)} s`);
process.exitCode = acknowledged === goods ? 0 : 1;
