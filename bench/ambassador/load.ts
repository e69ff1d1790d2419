/** `node load.ts URL CONNECTIONS SECONDS`: one JSON line of what autocannon saw. A separate process, as it is busy. */
import autocannon from 'autocannon';

const [url, connections, duration] = process.argv.slice(2) as [string, string, string];
const result = await autocannon({ url, connections: Number(connections), duration: Number(duration) });
// Its own duration is in whole seconds.
const seconds = (result.finish.getTime() - result.start.getTime()) / 1000;
process.stdout.write(
  JSON.stringify({
    completed: result.requests.total,
    perSecond: result.requests.total / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
  }),
);
