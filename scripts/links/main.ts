/** `npm run links`: reports links of the Markdown pages to files and headings that the repository does not have. */
import { readFileSync } from 'node:fs';
import { repositoryFiles } from '../support/repository-files.ts';
import { linkProblems } from './links.ts';

const files = new Set(repositoryFiles());
const read = (file: string): string => readFileSync(file, 'utf8');

const pages = [...files].filter((file) => file.endsWith('.md'));
const problems = pages.flatMap((page) => linkProblems({ files, read }, page, read(page)));
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
