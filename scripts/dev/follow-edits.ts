import { join } from 'node:path';
import { Compiler } from './compiler.ts';
import { TreeWatcher } from './watch-tree.ts';
import { workspaceOf, workspacesOf } from './workspaces.ts';

/** What happens with edits. Workspaces are named by their folder: `apps/user`. */
export interface Runner {
  /** Sources of these workspaces have changed and are being compiled. */
  prepare(workspaces: readonly string[]): void;
  /**
   * Compiled files are others than before: makes them run. An error's message says what does not.
   * @param files below the root: `apps/user/dist/app.js`.
   * @returns where they run now.
   */
  run(workspaces: readonly string[], files: readonly string[]): Promise<readonly string[]>;
}

export interface EditOptions {
  /** The repository. */
  readonly root: string;
  /** Names of the apps that run. */
  readonly apps: readonly string[];
  readonly runner: Runner;
  /** Shows a line, or several. */
  readonly say: (text: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Says which versions of all dependencies are installed. */
const lockFile = 'package-lock.json';

/**
 * Compiles edits as they are saved, and runs what compiles: until then the old version runs on. Resolves when the signal is
 * aborted.
 * @throws {SetUpError} where files cannot be watched.
 */
export async function followEdits({ root, apps, runner, say, signal }: EditOptions): Promise<void> {
  const workspaces = [...new Set(apps.flatMap((app) => workspacesOf(app, root)))];
  const compiler = new Compiler(
    root,
    apps.map((app) => `apps/${app}`),
    workspaces,
  );
  using watcher = new TreeWatcher(
    root,
    workspaces.map((folder) => join(folder, 'src')),
    [
      lockFile,
      'tsconfig.base.json',
      ...workspaces.flatMap((folder) => [`${folder}/package.json`, `${folder}/tsconfig.json`]),
    ],
  );
  /** Compiled files that do not run yet. */
  const pending = new Set<string>();
  let failed = false;

  // What was saved before the watching began is the first edit.
  for (let touched: readonly string[] = []; !signal.aborted; touched = await watcher.next(signal)) {
    const begin = performance.now();
    const what = touched.length === 0 ? 'edits made before' : listOf(touched);
    const isInstalled = touched.includes(lockFile);
    runner.prepare(isInstalled ? workspaces : foldersOf(touched));
    const { errors, changed } = await compiler.compile();
    for (const file of changed) pending.add(file);
    if (errors !== '') {
      failed = true;
      say(`${what}: it does not compile, so the old version runs on\n${errors}`);
      continue;
    }
    if (failed) say(`${what}: it compiles again`);
    failed = false;
    const files = [...pending];
    pending.clear();
    if (files.length === 0 && !isInstalled) {
      if (touched.length > 0) say(`${what}: the compiled code is the same, so nothing is started again`);
      continue;
    }
    try {
      const where = await runner.run(isInstalled ? workspaces : foldersOf(files), files);
      const seconds = ((performance.now() - begin) / 1000).toFixed(2);
      say(
        where.length === 0 ? `${what}: compiled` : `${what}: live in ${where.join(', ')} after ${seconds} s`,
      );
    } catch (error) {
      say(`${what}: ${(error as Error).message}`);
    }
  }
}

const foldersOf = (paths: readonly string[]): string[] => [
  ...new Set(paths.map(workspaceOf).filter((folder) => folder !== undefined)),
];

const listOf = ([first = '', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} more`;
