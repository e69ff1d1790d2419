/**
 * What the ambassador costs beside a bare http-proxy, nginx and haproxy: `npm run bench`, about five minutes.
 * Rounds are interleaved, so that other work of the machine falls on all alike, and each round's ratio is taken
 * within the round. Requests a second are bounded by the load generator and the upstream, which share the processors;
 * CPU per request of the proxy alone is the number to compare.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { measure, type Sample } from './ambassador/measure.ts';
import { measureMemory, type Memory } from './ambassador/memory.ts';
import { memoryReport, report, summarize } from './ambassador/report.ts';
import { proxies, startTargets } from './ambassador/targets.ts';
import { optionsOr } from '../scripts/support/command-line.ts';

const options = optionsOr('npm run bench', {
  rounds: 6,
  seconds: 3,
  connections: 32,
  only: { anyOf: proxies },
  idle: 1_000,
  slow: 100,
  'memory-rounds': 5,
});
const { only } = options;
const conditions = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  rounds: options.rounds,
  secondsPerRound: options.seconds,
  connections: options.connections,
  payloadBytes: 1024,
  request: 'GET, keep-alive',
};

const started = await startTargets(conditions.payloadBytes, only);
const samples = new Map<string, Sample[]>(started.targets.map(({ name }) => [name, []]));
try {
  const load = { connections: conditions.connections, seconds: conditions.secondsPerRound };
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
} finally {
  await started.stop();
}

const crowd = { idle: options.idle, slow: options.slow };
const memory: Memory[] = [];
for (let round = 0; round < options['memory-rounds']; round += 1) {
  process.stderr.write(`memory: round ${round + 1} of ${options['memory-rounds']}\n`);
  // New processes each time, as a heap that has grown does not shrink at once.
  const fresh = await startTargets(conditions.payloadBytes, only);
  try {
    for (const target of fresh.targets)
      if (target.pid !== undefined) memory.push(await measureMemory(target, crowd));
  } finally {
    await fresh.stop();
  }
}

const summary = summarize(samples, 'http-proxy');
const { missing } = started;
mkdirSync(new URL('../reports', import.meta.url), { recursive: true });
writeFileSync(
  new URL('../reports/bench-ambassador.json', import.meta.url),
  `${JSON.stringify({ conditions: { ...conditions, ...crowd }, missing, summary, memory, samples: Object.fromEntries(samples) }, null, 2)}\n`,
);
process.stdout.write(report(conditions, summary, missing));
if (memory.length > 0) process.stdout.write(memoryReport(crowd, memory));
