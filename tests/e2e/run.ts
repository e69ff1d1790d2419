/** `npm run e2e`: sets up what the tests run against, runs jest, and judges the result. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exitCodeOf } from '../../scripts/support/command-line.ts';
import { startLaptop } from '../../scripts/laptop/test/support/instance.ts';
import { connectTarget, targetVariables } from '../support/connect.ts';
import { readOptions, usage, type Options } from './options.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const reporter = fileURLToPath(new URL('../support/reporter.ts', import.meta.url));

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function play(options: Options): Promise<number> {
  mkdirSync(`${root}reports`, { recursive: true });
  const environment: Record<string, string> = { [targetVariables.kind]: options.target };
  if (options.url !== undefined) environment[targetVariables.url] = options.url;
  if (options.target !== 'laptop') return runJest(options, environment);

  say('Starting a shop on free ports of this machine …');
  await using laptop = await startLaptop({ logFile: `${root}reports/e2e-laptop.log` });
  return await runJest(options, { ...environment, [targetVariables.dataDir]: laptop.dataDir });
}

/** @returns the exit code: 0 only when something ran and nothing failed. */
async function runJest(options: Options, environment: Record<string, string>): Promise<number> {
  const env = { ...process.env, ...environment };
  const target = await connectTarget(env);
  await target.waitReady();
  say(`Running the e2e tests against ${target.name}: ${target.url}`);

  const report = `${root}reports/e2e-${options.target}.json`;
  rmSync(report, { force: true });
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    `${root}node_modules/jest/bin/jest.js`,
    ...options.only,
    '--selectProjects=e2e',
    // Some tests take services down, so they run one after the other.
    '--runInBand',
    '--testTimeout=240000',
    '--json',
    `--outputFile=${report}`,
    `--reporters=${reporter}`,
    '--reporters=default',
  ];
  // --json would also print the report: jest's readable output is on standard error.
  // Ctrl-C reaches jest, too. When it has ended, what was started here is stopped.
  process.on('SIGINT', () => undefined);
  const jest = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal] = (await once(jest, 'close')) as [number | null, string | null];
  if (code !== 0) {
    if (signal) say(`jest was ended by ${signal}`);
    return code ?? 1;
  }
  const { numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number };
  if (numPassedTests > 0) return 0;
  say('Nothing was run, so nothing is proven: this counts as a failure.');
  return 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else process.exitCode = await play(options);
} catch (error) {
  say((error as Error).message);
  process.exitCode = exitCodeOf(error);
}
