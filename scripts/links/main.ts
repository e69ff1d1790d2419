/** `npm run links`: reports links of the Markdown pages to files and headings that the repository does not have. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { linkProblems } from './links.ts';

const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const names = execFileSync('git', list, { encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0');
// A file that was deleted may still be in git's index.
const files = new Set(names.filter((name) => name !== '' && existsSync(name)));
const read = (file: string): string => readFileSync(file, 'utf8');

const pages = [...files].filter((file) => file.endsWith('.md'));
const problems = pages.flatMap((page) => linkProblems({ files, read }, page, read(page)));
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
