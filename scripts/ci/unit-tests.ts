/**
 * `npm run test:unit`: runs the unit tests of what has changed since they last passed. The reports in reports/ have
 * every test; those of an earlier run are marked. With `-- --force` all of them run. With jest's own arguments it runs
 * the tests that they select, and writes no report: `npm run test:unit -- -t "A1:"`.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { buildOrExit } from '../support/build.ts';
import { failuresOf, planTasks, runTasks, type Task } from '../support/turbo.ts';
import { machine } from './machine.ts';
import { resultsVariable, runTogether, suiteOf } from './one-run.ts';
import { root, runJest } from './run-jest.ts';
import { unitOptions } from './slow.ts';
import { unitTests } from './tasks.ts';

const options = process.argv.slice(2);
const isForced = options.join() === '--force';
if (options.length > 0 && !isForced)
  process.exit(
    await runJest(['--ignoreProjects', 'e2e', 'cluster', 'deploy', 'site', ...unitOptions, ...options]),
  );

// An old report would be counted.
for (const report of globSync(join(root, 'reports/jest-unit-*.json'))) rmSync(report);
const env = { SHOP_MACHINE: machine(process.env) };
const names = [unitTests.ofEveryWorkspace, ...unitTests.ofTheRepository];
await buildOrExit();
const planned = await planTasks(names, { env });
const toRun = planned.filter(({ name, isCached }) => names.includes(name) && (isForced || !isCached));
using together =
  toRun.length > 1
    ? await runTogether(toRun.map((task) => ({ ...suiteOf(task), hash: task.hash })))
    : undefined;
const tasks = await runTasks(names, {
  // Where a task has to run jest itself, that has two workers.
  concurrency: Math.max(1, Math.floor(availableParallelism() / 2)),
  force: isForced,
  env: { ...env, ...(together && { [resultsVariable]: together.folder }) },
  onLine: (line) => {
    if (line.startsWith('PASS') || line.startsWith('FAIL')) console.log(line);
  },
});
const tests = tasks.filter(({ name }) => name.startsWith('test:'));
mkdirSync(join(root, 'reports'), { recursive: true });
for (const task of tests) collect(task);
process.stderr.write(failuresOf(tasks));
const failed = tasks.filter(({ hasPassed }) => !hasPassed);
const cached = tests.filter(({ isCached }) => isCached).map(({ folder, name }) => folder || name);
console.log(
  `unit tests: ${tests.length - cached.length} suites ran, ${failed.length} failed, ${cached.length} unchanged since they ` +
    `last passed${cached.length === 0 ? '' : `: ${cached.join(', ')}`}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Puts a task's report with the others, and says in it whether the tests ran now. */
function collect({ name, folder, isCached, hasPassed }: Task): void {
  const suite = name === unitTests.ofEveryWorkspace ? basename(folder) : name.slice('test:'.length);
  const file = `reports/jest-unit-${suite}.json`;
  const source = join(root, folder, file);
  const target = join(root, file);
  if (!existsSync(source)) {
    // It ended before it wrote a report.
    writeFileSync(
      target,
      JSON.stringify({ testResults: [{ name: suite, status: 'failed', assertionResults: [] }] }),
    );
    return;
  }
  const report = JSON.parse(readFileSync(source, 'utf8')) as object;
  writeFileSync(target, JSON.stringify({ ...report, isCached, hasPassed }));
}
