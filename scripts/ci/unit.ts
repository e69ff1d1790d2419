/**
 * `node scripts/ci/unit.ts NAME PROJECT...`: runs the unit tests of jest's projects, with a report in
 * reports/jest-unit-NAME.json of the working directory. turbo runs it, for each workspace and folder: see turbo.json.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { failureOf, resultOf } from './one-run.ts';
import { root, runJest } from './run-jest.ts';
import { unitOptions } from './slow.ts';

const [name = '', ...projects] = process.argv.slice(2);
const report = resolve(`reports/jest-unit-${name}.json`);
mkdirSync(resolve('reports'), { recursive: true });
rmSync(report, { force: true });
const result = resultOf(name, process.env);
if (result === undefined)
  process.exitCode = await runJest(['--selectProjects', ...projects, ...unitOptions], report);
else {
  writeFileSync(report, JSON.stringify(result));
  const failure = failureOf(result);
  process.stderr.write(failure);
  process.exitCode = failure === '' ? 0 : 1;
}
if (existsSync(report)) {
  // turbo restores it in other clones of the repository too.
  const inJson = JSON.stringify(root).slice(1, -1);
  writeFileSync(report, readFileSync(report, 'utf8').replaceAll(inJson, ''));
}
