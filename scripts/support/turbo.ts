import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';
import { CommandError, run } from './run.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);

const quiet = {
  // No telemetry and no look-up of newer versions, and so no notice about them either.
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  // npm, which starts the tasks, does not print their commands.
  npm_config_loglevel: 'silent',
  // Each task starts npm, and most start another program of Node.
  NODE_COMPILE_CACHE: compileCache,
};

/** A task that ran, or whose result was in the cache. */
export interface Task {
  /** `lint` of `@shop/user#lint`. */
  readonly name: string;
  /** The workspace's folder in the repository; empty for a task of the repository itself. */
  readonly folder: string;
  readonly hasPassed: boolean;
  /** Whether the result is that of an earlier run with the same inputs. */
  readonly isCached: boolean;
  /** What it wrote to both of its streams. */
  readonly output: string;
}

export interface TurboOptions {
  /** How many tasks run at a time; turbo's default is 10. */
  readonly concurrency?: number;
  /** Takes no result from an earlier run. */
  readonly force?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line that a task writes, while it runs. */
  readonly onLine?: (line: string) => void;
  /** Another program than turbo: for tests. */
  readonly program?: string;
}

/** The part that is used of what turbo says of a run (https://turborepo.dev/docs/reference/run#--summarize). */
interface Summary {
  readonly tasks: readonly {
    readonly taskId: string;
    readonly task: string;
    readonly directory: string;
    readonly cache: { readonly status: 'HIT' | 'MISS' };
    readonly execution?: { readonly exitCode?: number };
  }[];
}

/** A line of `turbo run --json`; `source` is turbo itself, or a task. */
interface Line {
  readonly source: string;
  readonly text: string;
}

/**
 * Runs tasks of turbo.json and those they depend on, if their inputs have changed. A task that fails stops only those
 * that depend on it; the stopped ones are not among the results. Results are cached on this machine only.
 * @throws {CommandError} when turbo itself fails: a task that does not exist, a turbo.json that is not valid.
 */
export async function runTasks(
  names: readonly string[],
  options: TurboOptions = {},
): Promise<readonly Task[]> {
  const { concurrency, force = false, env = {}, onLine = () => {} } = options;
  const program = options.program ?? require.resolve('turbo/bin/turbo');
  const outputs = new Map<string, string[]>();
  const complaints: string[] = [];
  let summary: string | undefined;
  function read(text: string): void {
    const line = lineOf(text);
    if (line === undefined) complaints.push(text);
    else if (line.source === 'turbo') summary = /^ *Summary: +(.+)/.exec(line.text)?.[1] ?? summary;
    else if (!/^cache (?:hit|miss|bypass)/.test(line.text)) {
      outputs.set(line.source, [...(outputs.get(line.source) ?? []), line.text]);
      onLine(line.text);
    }
  }

  const args = [
    'run',
    ...names,
    '--json',
    '--output-logs=new-only',
    '--summarize',
    // turbo refuses --force beside --cache; what is only written is not taken from an earlier run either.
    force ? '--cache=local:w' : '--cache=local:rw',
    '--continue=dependencies-successful',
    ...(concurrency === undefined ? [] : [`--concurrency=${concurrency}`]),
  ];
  try {
    await run(process.execPath, [program, ...args], { env: { ...quiet, ...env }, cwd: root, onLine: read });
  } catch (error) {
    // If there is a summary, a task has failed, and not turbo itself.
    if (!(error instanceof CommandError)) throw error;
  }
  if (summary === undefined) throw new CommandError('turbo run', 'failed', complaints.join('\n'));
  const { tasks } = JSON.parse(readFileSync(summary, 'utf8')) as Summary;
  rmSync(summary);
  return tasks.map(({ taskId, task, directory, cache, execution }) => ({
    name: task,
    folder: directory,
    hasPassed: cache.status === 'HIT' || execution?.exitCode === 0,
    isCached: cache.status === 'HIT',
    output: (outputs.get(taskId) ?? []).join('\n').trim(),
  }));
}

/** A task that would be looked for in the cache, and run where it is not there. */
export interface PlannedTask {
  readonly name: string;
  /** As of {@link Task}. */
  readonly folder: string;
  /** Of everything that it depends on. The task itself finds it in its variable TURBO_HASH. */
  readonly hash: string;
  /** What its script in package.json is. */
  readonly command: string;
  readonly isCached: boolean;
}

/** Runs nothing. @returns these tasks and those they depend on. @throws {CommandError} as {@link runTasks}. */
export async function planTasks(
  names: readonly string[],
  { env = {}, program = require.resolve('turbo/bin/turbo') }: Pick<TurboOptions, 'env' | 'program'> = {},
): Promise<readonly PlannedTask[]> {
  const output = await run(process.execPath, [program, 'run', ...names, '--cache=local:rw', '--dry=json'], {
    env: { ...quiet, ...env },
    cwd: root,
  });
  const { tasks } = JSON.parse(output.slice(output.indexOf('{'))) as {
    readonly tasks: readonly (Summary['tasks'][number] & {
      readonly hash: string;
      readonly command: string;
    })[];
  };
  // turbo also lists the workspaces that have no such task.
  const existing = tasks.filter(({ command }) => command !== '<NONEXISTENT>');
  return existing.map(({ task, directory, hash, command, cache }) => ({
    name: task,
    folder: directory,
    hash,
    command,
    isCached: cache.status === 'HIT',
  }));
}

/** @returns what the failed tasks wrote, each below its name; nothing where none has failed. */
export function failuresOf(tasks: readonly Task[]): string {
  return tasks
    .filter(({ hasPassed }) => !hasPassed)
    .map(({ name, folder, output }) => `${folder === '' ? '' : `${folder}: `}${name} failed\n${output}\n`)
    .join('\n');
}

/** @returns nothing for what is not JSON: what turbo says before it has read its configuration. */
function lineOf(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
