/**
 * `node scripts/ci/jest.ts slow|cluster|deploy|browser [jest's own arguments]`: runs a group of the tests, with a report in
 * reports/jest-<run>.json for `summary.ts`. Unit tests and the tests of tests/e2e have their own runners.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { clusterPhases, type Runs } from './cluster-groups.ts';
import { runJest } from './run-jest.ts';
import { inBrowser, slow } from './slow.ts';

interface Group {
  /**
   * When a test or a hook without its own limit is given up: several times what the longest one takes, as a busy machine
   * must not fail it.
   */
  readonly minutes: number;
  /** One after the other; the runs of a phase at the same time. */
  readonly phases: readonly Runs[];
}

const groups: Readonly<Record<string, Group>> = {
  slow: { minutes: 5, phases: [{ slow: ['--testPathPatterns', slow, '--maxWorkers', '2'] }] },
  cluster: { minutes: 5, phases: clusterPhases },
  // The board, and the site that `npm run site -- --build` has made.
  browser: { minutes: 3, phases: [{ browser: ['--testPathPatterns', inBrowser, '--maxWorkers', '2'] }] },
  // Creates its own cluster, builds all images and deploys them.
  deploy: { minutes: 30, phases: [{ deploy: ['--selectProjects', 'deploy', '--runInBand'] }] },
};

const [name = '', ...rest] = process.argv.slice(2);
const group = groups[name];
if (!group) {
  process.stderr.write(
    `Usage: node scripts/ci/jest.ts ${Object.keys(groups).join('|')} [jest's own arguments]\n`,
  );
  process.exit(2);
}
mkdirSync('reports', { recursive: true });
const reportOf = (run: string): string => `reports/jest-${run}.json`;
// An old report would be counted.
for (const runs of group.phases) for (const run of Object.keys(runs)) rmSync(reportOf(run), { force: true });

// What is chosen by name may all be in another run.
const ofAll = ['--testTimeout', String(group.minutes * 60_000), '--passWithNoTests', ...rest];
let ran = 0;
for (const runs of group.phases) {
  const codes = await Promise.all(
    Object.entries(runs).map(([run, args]) =>
      runJest([...args, ...ofAll], reportOf(run), Object.keys(runs).length > 1),
    ),
  );
  process.exitCode ||= Math.max(...codes);
  for (const run of Object.keys(runs)) ran += testsIn(reportOf(run));
}
if (ran === 0) {
  process.stderr.write('Nothing was run, so nothing is proven: this counts as a failure.\n');
  process.exitCode ||= 1;
}

/** Of a jest that did not start there is no report. */
function testsIn(report: string): number {
  if (!existsSync(report)) return 0;
  return (JSON.parse(readFileSync(report, 'utf8')) as { numTotalTests: number }).numTotalTests;
}
