/**
 * `npm run verify`: builds and checks what has changed since it last passed. Prints what failed, and one line at the
 * end. With `-- --force` everything is checked again.
 */
import { availableParallelism } from 'node:os';
import { failuresOf, planTasks, runTasks } from '../support/turbo.ts';
import { lintTogether } from './lint-together.ts';
import { checks } from './tasks.ts';

const begin = performance.now();
const force = process.argv.includes('--force');
const tasks = await runTasks([...checks.ofEveryWorkspace, ...checks.ofTheRepository], {
  concurrency: availableParallelism(),
  force,
  env: force ? {} : await lintMany(),
});
process.stderr.write(failuresOf(tasks));
const failed = tasks.filter(({ hasPassed }) => !hasPassed);
const cached = tasks.filter(({ isCached }) => isCached);
const seconds = ((performance.now() - begin) / 1000).toFixed(1);
console.log(
  `verify: ${tasks.length - failed.length} checks passed (${cached.length} unchanged since they last passed), ` +
    `${failed.length} failed, ${seconds} s`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Where few workspaces have to be linted, nothing is gained by one run. */
async function lintMany(): Promise<Record<string, string>> {
  const planned = await planTasks(['lint']);
  const toLint = planned.filter(({ name, isCached }) => name === 'lint' && !isCached);
  if (toLint.length < 4) return {};
  const built = await runTasks(['build']);
  return built.every(({ hasPassed }) => hasPassed) ? await lintTogether(toLint) : {};
}
