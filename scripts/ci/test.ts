/**
 * `npm test`: the checks, then the unit tests, and beside them the e2e tests against a shop on this machine, which wait most
 * of the time. What those print is shown when the unit tests have ended.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { optionsOr } from '../support/command-line.ts';
import { root } from './run-jest.ts';

/**
 * @param keep what it writes to standard error, instead of passing it on.
 * @param niceness how far everything that it starts stands back when others need the processors: 0 to 19.
 * @returns whether the script exits with 0, and what was kept.
 */
async function play(
  script: string,
  { keep = false, niceness = 0 } = {},
): Promise<{ readonly hasPassed: boolean; readonly said: Buffer }> {
  const child = spawn(process.execPath, ['-r', './scripts/node-version.cjs', script], {
    cwd: root,
    stdio: ['ignore', 'inherit', keep ? 'pipe' : 'inherit'],
  });
  if (child.pid !== undefined && niceness > 0) setPriority(child.pid, niceness);
  const [said, [code]] = await Promise.all([
    child.stderr ? buffer(child.stderr) : Buffer.alloc(0),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { hasPassed: code === 0, said };
}

optionsOr('npm test', {});
// Ctrl-C reaches the scripts, too, and each of them stops what it has started.
process.on('SIGINT', () => undefined);
// The checks build what the tests start.
if ((await play('scripts/ci/verify.ts')).hasPassed) {
  const [unit, e2e] = await Promise.all([
    // They use all processors all the time; a shop that has to wait for them is not what the e2e tests are about.
    play('scripts/ci/unit-tests.ts', { niceness: 10 }),
    play('tests/e2e/run.ts', { keep: true }),
  ]);
  process.stderr.write(e2e.said);
  process.exitCode = unit.hasPassed && e2e.hasPassed ? 0 : 1;
} else process.exitCode = 1;
