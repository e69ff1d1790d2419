/**
 * `node scripts/ci/jest.ts slow|cluster|deploy|browser [jest's own arguments]`: runs a group of the tests, with a report in
 * reports/jest-<group>.json for `summary.ts`. Unit tests and the tests of tests/e2e have their own runners.
 */
import { mkdirSync } from 'node:fs';
import { runJest } from './run-jest.ts';
import { inBrowser, slow } from './slow.ts';

const groups: Readonly<Record<string, readonly string[]>> = {
  slow: ['--testPathPatterns', slow, '--maxWorkers', '2'],
  // They change the only cluster, so they run one after the other.
  // Challenges have a namespace each, and mostly wait.
  cluster: ['--selectProjects', 'cluster', '--runInBand', '--maxConcurrency', '8', '--testTimeout', '60000'],
  // The board, and the site that `npm run site -- --build` has made.
  browser: ['--testPathPatterns', inBrowser, '--runInBand', '--testTimeout', '180000'],
  // Creates its own cluster, builds all images and deploys them.
  deploy: ['--selectProjects', 'deploy', '--runInBand', '--testTimeout', '1800000'],
};

const [group = '', ...rest] = process.argv.slice(2);
const choice = groups[group];
if (!choice) {
  process.stderr.write(
    `Usage: node scripts/ci/jest.ts ${Object.keys(groups).join('|')} [jest's own arguments]\n`,
  );
  process.exit(2);
}
mkdirSync('reports', { recursive: true });
process.exitCode = await runJest([...choice, ...rest], `reports/jest-${group}.json`);
