/**
 * `npm run course [-- COMMIT]`: counts the commands that the lessons show, of COMMIT where one is named, and reports those
 * that a person would not type, would not do the same in zsh, or that a sabotage leaves out; and pages that
 * `npm run lessons -- --contents` would write differently. `npm run verify` runs it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../../scripts/kind/names.ts';
import { endWith, parseOptions, UsageError } from '../../scripts/support/command-line.ts';
import { claimsFile, claimsPage } from './claims.ts';
import { languages } from './lesson.ts';
import { readLessons } from './library.ts';
import { typingProblems } from './page-rules.ts';
import { coursePages, pathProblems, readPath, withContents } from './path.ts';
import { skippedProblems } from './skipped.ts';
import { countCommands, inWords, type CommandCount } from './view.ts';
import { zshProblems } from './zsh.ts';

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: paths.root, encoding: 'utf8', maxBuffer: 1 << 26 });

/** Before lessons had folders, a page was lessons/NN-<id>.md. */
function countAt(commit: string): CommandCount {
  if (spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: paths.root }).status !== 0)
    throw new UsageError(`There is no commit "${commit}"`);
  const files = git('ls-tree', '-r', '--name-only', commit, 'lessons/').split('\n');
  const pages = files.filter((file) => /^lessons\/\d\d-[a-z-]+(?:\/README)?\.md$/.test(file));
  return countCommands(pages.map((file) => git('show', `${commit}:${file}`)));
}

const read = (file: string): string => readFileSync(join(paths.root, file), 'utf8');

function check(): readonly string[] {
  const lessons = readLessons(paths.root);
  console.log(inWords(countCommands(lessons.map(({ file }) => read(file)))));
  const groups = readPath(paths.root);
  const written = new Map(
    languages.map((language) => {
      const file = coursePages[language];
      return [file, withContents(read(file), paths.root, language)] as const;
    }),
  ).set(claimsFile, claimsPage(lessons, groups));
  return [
    ...lessons.flatMap((lesson) => [
      ...typingProblems(lesson),
      ...zshProblems(lesson),
      ...skippedProblems(lesson),
    ]),
    ...pathProblems(groups, lessons),
    ...[...written].flatMap(([file, text]) =>
      read(file) === text ? [] : [`${file}: it lags: npm run lessons -- --contents`],
    ),
  ];
}

try {
  const usage = 'Usage: npm run course [-- COMMIT]';
  const { positionals } = parseOptions({ args: process.argv.slice(2), allowPositionals: true }, usage);
  const [commit] = positionals;
  if (commit === undefined) {
    const problems = check();
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
  } else console.log(inWords(countAt(commit)));
} catch (error) {
  endWith(error);
}
