/**
 * `node load.ts JSON`, a {@link Load}: one JSON line of what autocannon saw. A separate process, as it is busy.
 */
import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';

export interface Load {
  readonly url: string;
  readonly connections: number;
  /** How many in all: the same work for each contender, also on a machine that is busy with other work. */
  readonly requests: number;
  /** Of a POST, a product's content; each request gets its own sku. */
  readonly content?: object;
}

const { url, connections, requests, content } = JSON.parse(process.argv[2] ?? '') as Load;
const run = randomUUID();
let number = 0;
const post: autocannon.Request = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  setupRequest(request) {
    number += 1;
    request.body = JSON.stringify({ ...content, sku: `${run}-${number}` });
    return request;
  },
};
// autocannon looks once a second whether it is done, and takes that moment for the end.
let lastResponse = 0;
const start = performance.now();
const result = await new Promise<autocannon.Result>((resolve, reject) => {
  const options = { url, connections, amount: requests, ...(content && { requests: [post] }) };
  autocannon(options, (error: Error | null, done) => (error ? reject(error) : resolve(done))).on(
    'response',
    () => {
      lastResponse = performance.now();
    },
  );
});
const seconds = (lastResponse - start) / 1000;
process.stdout.write(
  JSON.stringify({
    completed: result.requests.total,
    perSecond: result.requests.total / seconds,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
  }),
);
