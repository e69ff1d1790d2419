/**
 * All unit tests that have to run, in one run of jest: a run for each workspace starts jest and its workers a score of times,
 * and its last test file leaves all processors but one idle. turbo still has a task for each; the tasks take their results
 * from here.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedTask } from '../support/turbo.ts';
import { root, runJest } from './run-jest.ts';
import { unitOptions } from './slow.ts';

/** The variable that names the folder with the results. */
export const resultsVariable = 'SHOP_UNIT_RUN';

/** A unit-test task, and what jest knows it by. */
export interface Suite {
  readonly name: string;
  /** jest's projects. */
  readonly projects: readonly string[];
  /** Its test files are in here. */
  readonly folder: string;
}

/** @returns the suite of a task. Its command, `node … unit.ts NAME PROJECT...`, alone says what that runs. */
export function suiteOf({ folder, command }: Pick<PlannedTask, 'folder' | 'command'>): Suite {
  const [name = '', ...projects] = command.split('/unit.ts ')[1]?.split(' ') ?? [];
  if (projects.length === 0)
    throw new Error(`a task of unit tests names none of jest's projects: ${command}`);
  return { name, projects, folder: folder || name };
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
  }[];
}

/** A result, for the task that has this hash. */
interface Result {
  readonly hash: string;
  readonly report: Report;
}

/** @returns the folder for {@link resultsVariable}, to be disposed of. */
export async function runTogether(
  suites: readonly (Suite & Pick<PlannedTask, 'hash'>)[],
): Promise<Disposable & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'shop-unit-'));
  const file = join(folder, 'report.json');
  mkdirSync(join(root, 'reports'), { recursive: true });
  const projects = suites.flatMap((suite) => suite.projects);
  const code = await runJest(['--selectProjects', ...projects, ...unitOptions], file);
  if (!existsSync(file)) throw new Error(`jest ended with ${code} before any test ran: its message is above`);
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  for (const suite of suites) {
    const own = report.testResults.filter(({ name }) => name.startsWith(join(root, suite.folder, '/')));
    writeFileSync(
      join(folder, `${suite.name}.json`),
      JSON.stringify({ hash: suite.hash, report: { ...report, testResults: own } }),
    );
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @returns the report of this suite from the run, if it was one with the same inputs. */
export function resultOf(suite: string, env: NodeJS.ProcessEnv): Report | undefined {
  const folder = env[resultsVariable];
  if (!folder) return undefined;
  try {
    const { hash, report } = JSON.parse(readFileSync(join(folder, `${suite}.json`), 'utf8')) as Result;
    return hash === env['TURBO_HASH'] ? report : undefined;
  } catch {
    // It was not among those that had to run.
    return undefined;
  }
}

/** What jest said of the files that failed; nothing where none has, and something where no test ran. */
export function failureOf({ testResults }: Report): string {
  if (testResults.length === 0) return 'no test has run';
  return testResults
    .filter(({ status }) => status !== 'passed')
    .map(({ name, message }) => `${name}\n${message}`)
    .join('\n');
}
