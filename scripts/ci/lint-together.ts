/**
 * All workspaces that have to be linted, in one run of oxlint: fifteen runs read the types of the same packages fifteen
 * times. turbo still has a task for each, which learns from a variable that there is nothing left to do.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PlannedTask } from '../support/turbo.ts';
import { root } from './run-jest.ts';

/** The variable with the hashes of the tasks whose files were found right, with commas between them. */
export const lintedVariable = 'SHOP_LINTED';

/** Whether the files of the task of turbo that this is were found right. */
export const wasLinted = (env: NodeJS.ProcessEnv): boolean =>
  env['TURBO_HASH'] !== undefined && (env[lintedVariable] ?? '').split(',').includes(env['TURBO_HASH']);

/** @param folders of workspaces, absolute. @returns oxlint's exit code. */
export async function lint(folders: readonly string[], stdio: 'inherit' | 'ignore'): Promise<number> {
  // oxlint leaves out folders with a dot, unless they are named.
  const hidden = folders.map((folder) => join(folder, '.vitepress')).filter((path) => existsSync(path));
  const args = ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', ...folders, ...hidden];
  const child = spawn(process.execPath, args, { cwd: root, stdio });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/**
 * @param tasks whose dependencies are built.
 * @returns the environment for them. Where something is wrong, each has to say itself whether that is in its files.
 */
export async function lintTogether(
  tasks: readonly Pick<PlannedTask, 'folder' | 'hash'>[],
): Promise<Record<string, string>> {
  const code = await lint(
    tasks.map(({ folder }) => resolve(root, folder)),
    'ignore',
  );
  return code === 0 ? { [lintedVariable]: tasks.map(({ hash }) => hash).join(',') } : {};
}
