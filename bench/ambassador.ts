/**
 * What the ambassador costs beside a bare http-proxy, nginx and haproxy: `npm run bench`, about two minutes.
 * Rounds are interleaved, so that other work of the machine falls on all alike, and each round's ratio is taken
 * within the round. Requests a second are bounded by the load generator and the upstream, which share the processors;
 * CPU per request of the proxy alone is the number to compare.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measure, type Sample } from './ambassador/measure.ts';
import { report, summarize } from './ambassador/report.ts';
import { startTargets } from './ambassador/targets.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    only: { type: 'string', default: '' },
  },
});
const conditions = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  rounds: Number(values.rounds),
  secondsPerRound: Number(values.seconds),
  connections: Number(values.connections),
  payloadBytes: 1024,
  request: 'GET, keep-alive',
};

const started = await startTargets(conditions.payloadBytes, values.only.split(',').filter(Boolean));
try {
  const load = { connections: conditions.connections, seconds: conditions.secondsPerRound };
  const samples = new Map<string, Sample[]>(started.targets.map(({ name }) => [name, []]));
  // Until the compilers of the JavaScript ones have settled.
  for (const target of started.targets) await measure(target, { ...load, seconds: 5 });
  for (let round = 0; round < conditions.rounds; round += 1) {
    process.stderr.write(`round ${round + 1} of ${conditions.rounds}\n`);
    // Each goes first once: the machine's state differs between the first and the last of a round.
    const order = started.targets.map(
      (_, index, all) => all[(index + round) % all.length] as (typeof all)[number],
    );
    for (const target of order) samples.get(target.name)?.push(await measure(target, load));
  }
  const summary = summarize(samples, 'http-proxy');
  mkdirSync(new URL('../reports', import.meta.url), { recursive: true });
  writeFileSync(
    new URL('../reports/bench-ambassador.json', import.meta.url),
    `${JSON.stringify({ conditions, missing: started.missing, summary, samples: Object.fromEntries(samples) }, null, 2)}\n`,
  );
  process.stdout.write(report(conditions, summary, started.missing));
} finally {
  await started.stop();
}
