/** `npm run words [-- FOLDER …]`: reports words that docs/words.md replaces. */
import { readFileSync } from 'node:fs';
import { repositoryFiles } from '../support/repository-files.ts';
import { findingsOf, problemsOf } from './check.ts';

const findings = repositoryFiles(process.argv.slice(2)).flatMap((path) => {
  const content = read(path);
  return content === undefined ? [] : findingsOf(path, content);
});
const problems = problemsOf(findings);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) {
  process.stderr.write(`${problems.length} problems. The words, and why: docs/words.md\n`);
  process.exitCode = 1;
}

/** @returns nothing for a folder. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
