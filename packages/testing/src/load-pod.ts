import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { restrictedPod } from './restricted-pod.ts';

/** The results of the requests so far. */
export interface LoadCounts {
  readonly answered: number;
  /** No response, or one of 500 and above. */
  readonly failed: number;
  /** The first of them, and when it was, in words. */
  readonly firstFailure?: string;
}

/** What the pod runs after the source of load.ts: GETs in an open loop, and a report once a second. */
const main = `
  const [url = '', perSecond, atOnce] = process.argv.slice(1);
  const { origin, pathname, search } = new URL(url);
  const client = new HttpClient({ url: origin }, 10_000);
  const counts = { answered: 0, failed: 0 };
  let inFlight = 0;
  openLoop(Number(perSecond), async () => {
    if (inFlight >= Number(atOnce)) return;
    inFlight += 1;
    const outcome = await client.send({ method: 'GET', path: pathname + search }).then(
      ({ status }) => (status < 500 ? undefined : 'status ' + status),
      ({ code }) => code,
    );
    inFlight -= 1;
    if (outcome === undefined) return void (counts.answered += 1);
    counts.failed += 1;
    counts.firstFailure ??= new Date().toISOString() + ' ' + outcome;
  });
  setInterval(() => console.log(JSON.stringify(counts)), 1000);
  process.once('SIGTERM', () => process.exit());
`;

/**
 * The manifest of a pod that sends GETs and prints its {@link LoadCounts}, one JSON line a second. Its labels are those
 * of the import, which the network policies allow to connect to both services.
 * @param url for example http://product/product?limit=1
 * @param atOnce while so many requests are in flight, no more are sent.
 */
export function loadPod(name: string, url: string, perSecond: number, atOnce: number) {
  const source = readFileSync(fileURLToPath(new URL('load.ts', import.meta.url)), 'utf8');
  const values = [url, String(perSecond), String(atOnce)];
  return restrictedPod({
    name,
    namespace: 'shop',
    labels: { app: 'catalogue-import', tier: 'load' },
    image: 'node:26-trixie-slim',
    command: ['node', '--input-type=module-typescript', '--eval', `${source}${main}`, ...values],
    memoryMi: 192,
    spec: { terminationGracePeriodSeconds: 2 },
  });
}
