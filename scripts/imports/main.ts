/** `npm run imports`: checks which folder imports from which; the rules are in rules.ts. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { repositoryFiles } from '../support/repository-files.ts';
import { problemsOf } from './check.ts';
import { importsOf, type Workspace } from './graph.ts';

const workspaces = repositoryFiles(['apps/*/package.json', 'packages/*/package.json']).map(
  (path): Workspace => ({
    ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<Workspace, 'folder'>),
    folder: dirname(path),
  }),
);
const imports = repositoryFiles(['*.ts', '*.tsx']).flatMap((path) =>
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
