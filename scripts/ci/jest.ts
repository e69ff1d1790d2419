/**
 * `node scripts/ci/jest.ts unit|slow|cluster|deploy [jest's own arguments]`: runs a group of the tests, with a report in
 * reports/jest-<group>.json for `summary.ts`. The tests of tests/e2e have their own runner.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What takes minutes, or a program that npm does not bring: replica sets of real mongods, feeds of 200 MB, the rules of
 * Prometheus. Everything else is in `npm test`.
 */
const slow = [
  'packages/store/test/mongo(-adapter)?\\.test',
  'apps/replica-set-controller/test/(backup|forming|primary-lost|scaling|users)\\.test',
  'apps/adapter/test/memory\\.test',
  'k8s/platform/monitoring/test/rules\\.test',
].join('|');

const groups: Readonly<Record<string, readonly string[]>> = {
  // A busy machine must not fail a test: jest's own five seconds are not enough for programs that tests start.
  unit: [
    ...'--ignoreProjects e2e cluster deploy'.split(' '),
    '--testPathIgnorePatterns',
    slow,
    ...'--maxWorkers 2 --testTimeout 30000'.split(' '),
  ],
  slow: ['--testPathPatterns', slow, '--maxWorkers', '2'],
  // They change the one cluster there is, so they follow one another.
  cluster: ['--selectProjects', 'cluster', '--runInBand', '--testTimeout', '60000'],
  // Creates its own cluster, builds all images and deploys them.
  deploy: ['--selectProjects', 'deploy', '--runInBand', '--testTimeout', '1800000'],
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const [group = '', ...rest] = process.argv.slice(2);
const choice = groups[group];
if (!choice) {
  process.stderr.write(
    `Usage: node scripts/ci/jest.ts ${Object.keys(groups).join('|')} [jest's own arguments]\n`,
  );
  process.exit(2);
}
mkdirSync(`${root}reports`, { recursive: true });
const program = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
];
const report = ['--json', '--outputFile', `reports/jest-${group}.json`];
// With --json jest also prints the report; what people read is on standard error.
const child = spawn(process.execPath, [...program, ...choice, ...report, ...rest], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
