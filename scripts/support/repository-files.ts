import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files of the repository as they are in the work tree: those of git, and new ones that it does not ignore.
 * @param patterns git's, to have only some of them.
 * @param root the folder below which they are listed.
 * @returns their paths below `root`, with slashes.
 */
export function repositoryFiles(patterns: readonly string[] = [], root = process.cwd()): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const output = execFileSync('git', list, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  // git still lists a file that was deleted, until that is committed.
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}
