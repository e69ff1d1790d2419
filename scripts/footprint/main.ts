/**
 * `npm run footprint [-- --seconds 60] [--record]`: what each container of the idle shop on kind costs, by the kubelets' own
 * figures, beside its requests and limits and what was last stated. `--record` states the new figures.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { table } from '@shop/testing/report';
import { kubectl } from '../kind/kubectl.ts';
import { optionsOr } from '../support/command-line.ts';
import { measureFootprint } from './measure.ts';
import { otherPods, readStated, statedFile, totalOf, type Footprint } from './stated.ts';

const { seconds, record } = optionsOr('npm run footprint', {
  // The kubelets measure every 10 s or so.
  seconds: { from: 20, to: 3600, fallback: 60 },
  record: false,
});

process.stderr.write(`Measuring the shop for ${seconds} s, without requests …\n`);
const measured = await measureFootprint(kubectl, 'shop', seconds);
const stated = readStated();
const total = totalOf(measured.rows);
const server = JSON.parse(await kubectl(['version', '--output', 'json'])) as {
  serverVersion: { gitVersion: string };
};
const conditions = [
  `${availableParallelism()} CPUs (${cpus()[0]?.model ?? 'unknown'})`,
  `Kubernetes ${server.serverVersion.gitVersion}`,
  `${Math.round(measured.seconds)} s`,
  new Date().toISOString().slice(0, 10),
].join(', ');
const footprint: Footprint = { conditions, rows: measured.rows };

const before = (workload: string, container: string) =>
  stated?.rows.find((row) => row.workload === workload && row.container === container)?.millicores;
const rows = measured.rows.map((row) => [
  row.workload,
  row.container,
  String(row.count),
  row.millicores.toFixed(1),
  before(row.workload, row.container)?.toFixed(1) ?? '-',
  row.memoryMiB.toFixed(0),
  row.requests,
  row.limits,
]);
const titles = ['workload', 'container', 'pods', 'mCPU each', 'stated', 'MiB each', 'requests', 'limits'];
const lines = table([titles, ...rows], { rightFrom: 2 });
process.stdout.write(`The idle shop (${conditions})\n\n${lines}\n\n`);
process.stdout.write(
  `All: ${total.millicores.toFixed(0)} thousandths of a core, ${total.memoryMiB.toFixed(0)} MiB` +
    (stated
      ? `; stated: ${totalOf(stated.rows).millicores.toFixed(0)} and ${totalOf(stated.rows).memoryMiB.toFixed(0)} MiB\n`
      : '\n'),
);
const others = otherPods(measured.rows, stated?.rows ?? measured.rows);
if (others.length > 0)
  process.stdout.write(
    `These are other pods than were stated, so the sums do not compare: ${others.join(', ')}. The stated ones: npm run up\n`,
  );
mkdirSync('reports', { recursive: true });
writeFileSync('reports/footprint.json', `${JSON.stringify(footprint, undefined, 2)}\n`);
if (record) {
  writeFileSync(statedFile, `${JSON.stringify(footprint, undefined, 2)}\n`);
  process.stdout.write('Stated in scripts/footprint/stated.json\n');
}
