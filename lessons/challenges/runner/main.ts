/**
 * `npm run challenge`: lists the challenges; with an id it breaks something in the cluster and says what is observed. What
 * the options do: lessons/challenges/README.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { findNodes } from '../../../scripts/kind/cluster.ts';
import { paths } from '../../../scripts/kind/names.ts';
import { requireAll } from '../../../scripts/kind/requirements.ts';
import { fail, parseOptions, SetUpError, UsageError } from '../../../scripts/support/command-line.ts';
import { say } from '../../../scripts/support/progress.ts';
import { cleanEnvironment } from '../../runner/environment.ts';
import { readLessons } from '../../runner/library.ts';
import { readPath } from '../../runner/path.ts';
import { languages, type Language } from '../../runner/lesson.ts';
import { findChallenge, readChallenges, type Challenge } from './challenge.ts';
import { judge, type Finding, type Shell } from './judge.ts';
import { readNotes, writeNote } from './notes.ts';
import { begin, isBegun, reset } from './play.ts';
import { words } from './words.ts';

const usage = `Usage: npm run challenge [-- [--language en|ko] [ID [--check | --hint | --solution | --reset]]]`;

const actions = ['check', 'hint', 'solution', 'reset'] as const;
type Action = (typeof actions)[number];

interface Options {
  readonly id?: string;
  readonly action?: Action;
  readonly language: Language;
}

function readOptions(args: string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    check: flag,
    hint: flag,
    solution: flag,
    reset: flag,
    language: { type: 'string' },
  } as const;
  const { values, positionals } = parseOptions({ args, allowPositionals: true, options }, usage);
  const chosen = actions.filter((action) => values[action]);
  const [id, ...more] = positionals;
  if (more.length > 0 || chosen.length > 1 || (chosen.length > 0 && id === undefined))
    throw new UsageError(`One challenge, and one option at a time.\n${usage}`);
  const wanted = values.language ?? (/^ko/i.test(process.env['LANG'] ?? '') ? 'ko' : 'en');
  const language = languages.find((known) => known === wanted);
  if (language === undefined) throw new UsageError(`--language is en or ko, not "${wanted}".\n${usage}`);
  const [action] = chosen;
  return { language, ...(id === undefined ? {} : { id }), ...(action === undefined ? {} : { action }) };
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const indented = (text: string): string => text.trim().replace(/^/gm, '    ');

function list(challenges: readonly Challenge[], language: Language): void {
  const notes = readNotes(paths.root);
  const width = Math.max(...challenges.map(({ id }) => id.length));
  const order = readPath(paths.root).flatMap(({ lessons }) => lessons);
  const placeOf = ({ lessons }: Challenge) => Math.max(...lessons.map((lesson) => order.indexOf(lesson)));
  for (const { id, title, touches } of challenges.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const mark = notes[id]?.solvedAt === undefined ? ' ' : styleText('green', '✓');
    const reach = touches === 'shop' ? styleText('yellow', ` (${words[language].inShop})`) : '';
    print(`${mark} ${id.padEnd(width)}  ${title[language]}${reach}`);
  }
  print(`\n${words[language].list}`);
}

async function start(challenge: Challenge, shell: Shell, language: Language): Promise<void> {
  const said = words[language];
  say(said.preparing);
  writeNote(paths.root, challenge.id, { hints: 0 });
  await begin(challenge, shell);
  print(`\n${styleText('bold', challenge.title[language])}`);
  if (challenge.touches === 'shop') print(styleText('yellow', said.inShop));
  print(`\n${said.symptom}: ${challenge.symptom[language]}\n\n${said.next(challenge.id)}`);
}

async function check(challenge: Challenge, shell: Shell, language: Language): Promise<void> {
  const said = words[language];
  if (!(await isBegun(challenge, shell))) throw new SetUpError(said.notBegun(challenge.id));
  say(said.waiting(challenge.patience));
  const { passed, findings } = await judge(challenge, { shell });
  for (const finding of findings) print(describe(finding, language));
  print(styleText(['bold', passed ? 'green' : 'red'], passed ? said.passed : said.failed));
  if (passed) writeNote(paths.root, challenge.id, { solvedAt: new Date().toISOString() });
  else process.exitCode = 1;
}

function describe({ check: { says, prints }, passed, came }: Finding, language: Language): string {
  const said = words[language];
  if (passed) return `${styleText('green', '✓')} ${says[language]}`;
  const wanted = prints === undefined ? '' : `\n  ${said.expected}:\n${indented(prints || said.nothing)}`;
  return `${styleText('red', '✗')} ${says[language]}${wanted}\n  ${said.came}:\n${indented(came || said.nothing)}`;
}

function showHint({ id, hints }: Challenge, language: Language): void {
  const shown = readNotes(paths.root)[id]?.hints ?? 0;
  const number = Math.min(shown + 1, hints.length);
  print(`${words[language].hint(number, hints.length)}: ${hints[number - 1]?.[language] ?? ''}`);
  if (number === hints.length) print(words[language].noMoreHints(id));
  writeNote(paths.root, id, { hints: number });
}

function showSolution({ solution, lessons }: Challenge, language: Language): void {
  print(`${solution.says[language]}\n\n${indented(solution.run)}\n`);
  const pages = readLessons(paths.root).filter(({ id }) => lessons.includes(id));
  const suffix = language === 'en' ? 'README.md' : 'README.ko.md';
  if (pages.length > 0)
    print(
      `${words[language].lessons}: ${pages.map(({ file }) => file.replace('README.md', suffix)).join(', ')}`,
    );
}

async function main(): Promise<void> {
  const { id, action, language } = readOptions(process.argv.slice(2));
  const challenges = readChallenges(paths.root);
  if (id === undefined) return list(challenges, language);
  const challenge = findChallenge(challenges, id);
  if (action === 'hint') return showHint(challenge, language);
  if (action === 'solution') return showSolution(challenge, language);
  for (const line of await requireAll({ programs: ['docker', 'kind', 'kubectl'] })) say(line);
  if ((await findNodes()).length === 0) throw new SetUpError('There is no cluster: `npm run up` makes one');
  const temporary = mkdtempSync(join(tmpdir(), 'challenges-'));
  try {
    const shell = { cwd: paths.root, env: await cleanEnvironment(temporary) };
    if (action === 'check') await check(challenge, shell, language);
    else if (action === 'reset') {
      await reset(challenge, shell);
      print(words[language].wasReset(id));
    } else await start(challenge, shell, language);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

// A reader such as `head` has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await main();
} catch (error) {
  fail(error);
}
