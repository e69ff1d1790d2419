/** `npm run imports`: checks which folder imports from which; the rules are in rules.ts. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { problemsOf } from './check.ts';
import { importsOf, type Workspace } from './graph.ts';

const tracked = (...patterns: readonly string[]): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
    .split('\0')
    // git still lists a file that was deleted, until that is committed.
    .filter((path) => path !== '' && existsSync(path));

const workspaces = tracked('apps/*/package.json', 'packages/*/package.json').map((path): Workspace => ({
  ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<Workspace, 'folder'>),
  folder: dirname(path),
}));
const imports = tracked('*.ts', '*.tsx').flatMap((path) =>
  importsOf(path, readFileSync(path, 'utf8'), workspaces),
);
const problems = problemsOf(imports);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) {
  process.stderr.write(
    `${problems.length} problems. Which folder imports from which: scripts/imports/rules.ts\n`,
  );
  process.exitCode = 1;
}
