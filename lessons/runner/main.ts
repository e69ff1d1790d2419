/**
 * `npm run lessons [-- ID…]`: runs the lessons on the shop's kind cluster and judges them; makes the cluster if there is
 * none. What the options do: lessons/README.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { findNodes } from '../../scripts/kind/cluster.ts';
import { context, paths } from '../../scripts/kind/names.ts';
import { kubectl } from '../../scripts/kind/kubectl.ts';
import { requireAll } from '../../scripts/kind/requirements.ts';
import {
  fail,
  parseOptions,
  SetUpError,
  UsageError,
  wholeNumber,
} from '../../scripts/support/command-line.ts';
import { run } from '../../scripts/support/run.ts';
import { say } from '../../scripts/support/progress.ts';
import { liveCluster } from './cluster.ts';
import { cleanEnvironment } from './environment.ts';
import { followDisplay, tableDisplay, type Display } from './console.ts';
import { languages, type Language, type Lesson, type Picture } from './lesson.ts';
import { readLessons } from './library.ts';
import { claimsFile, claimsPage } from './claims.ts';
import { coursePages, readPath, withContents } from './path.ts';
import { drawObjects, type DrawnObject } from './picture.ts';
import { writeReports } from './reports.ts';
import { inLanes, leftTogether, longestFirst, mayRunBeside } from './lanes.ts';
import { isRight, nameOf, wasStopped, type LessonResult, type RunReport } from './result.ts';
import { isNamespaceOf, resetLesson, runLesson, untilGone } from './run-lesson.ts';
import { runsOf, selectByName, selectShard, selectThird, type LessonRun } from './selection.ts';
import type { Dialect } from './session.ts';
import { inTerminal, terminalShells } from './terminal.ts';
import { assemble, pageIn } from './translation.ts';

const usage = `Usage: npm run lessons [-- [--follow] [--language ko] [--sabotage [--claim CLAIM]…] [--third | --shard K/N]
                        [--shared] [--lanes N] [--terminal bash|zsh] [ID…]]
       npm run lessons -- --page [--language ko] ID…
       npm run lessons -- --reset ID…
       npm run lessons -- --contents
ID: the lesson's id, its number or its page; CLAIM: an id in its proof.yaml`;

interface Options {
  readonly names: readonly string[];
  readonly follow: boolean;
  readonly sabotage: boolean;
  /** The only ones that are sabotaged; none: all. */
  readonly claim: readonly string[];
  readonly third: boolean;
  /** One of N parts that take about as long: `K/N`. */
  readonly shard?: string;
  readonly shared: boolean;
  /** So many lessons at a time, of those that change no more than their own namespace. */
  readonly lanes: number;
  readonly page: boolean;
  readonly reset: boolean;
  readonly contents: boolean;
  readonly language: Language;
  readonly terminal?: Dialect;
}

function readOptions(args: string[]): Options {
  const config = {
    args,
    allowPositionals: true,
    options: {
      follow: { type: 'boolean', default: false },
      sabotage: { type: 'boolean', default: false },
      claim: { type: 'string', multiple: true, default: [] as string[] },
      third: { type: 'boolean', default: false },
      shard: { type: 'string' },
      shared: { type: 'boolean', default: false },
      lanes: { type: 'string' },
      page: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      contents: { type: 'boolean', default: false },
      language: { type: 'string', default: 'en' },
      terminal: { type: 'string' },
    },
  } as const;
  const { values, positionals } = parseOptions(config, usage);
  const { language: wanted, lanes, terminal, ...flags } = values;
  const language = languages.find((one) => one === wanted);
  if (language === undefined) throw new UsageError(`--language is one of ${languages.join(', ')}\n${usage}`);
  const shell = terminalShells.find((one) => one === terminal);
  if (terminal !== undefined && shell === undefined)
    throw new UsageError(`--terminal is one of ${terminalShells.join(', ')}\n${usage}`);
  return {
    names: positionals,
    ...flags,
    lanes: wholeNumber('--lanes', lanes, 1),
    language,
    ...(shell === undefined ? {} : { terminal: inTerminal(shell) }),
  };
}

async function ensureShop(): Promise<void> {
  for (const line of await requireAll({ programs: ['docker', 'kind', 'kubectl'] })) say(line);
  if ((await findNodes()).length > 0) return;
  say('There is no cluster: `npm run up` makes one');
  await run(process.execPath, [join(paths.root, 'scripts/kind/up.ts')], {
    onLine: (line) => process.stderr.write(`${line}\n`),
  });
}

async function drawLive({ title }: Lesson, picture: Picture): Promise<string> {
  const { namespace, kinds, selector } = picture;
  const select = selector === undefined ? [] : ['--selector', selector];
  const list = await kubectl(['--namespace', namespace, 'get', kinds, ...select, '--output', 'json']);
  const { items } = JSON.parse(list) as { items: readonly DrawnObject[] };
  return drawObjects(title, items);
}

const commit = (): string =>
  execFileSync('git', ['rev-parse', 'HEAD'], { cwd: paths.root, encoding: 'utf8' }).trim();

/** Takes away what these lessons have made, and no more. */
async function reset(lessons: readonly Lesson[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lessons-'));
  try {
    const shell = { cwd: paths.root, env: await cleanEnvironment(folder) };
    for (const lesson of lessons) {
      const problems = await resetLesson(lesson, { cluster: liveCluster, shell });
      say(problems.length === 0 ? `${lesson.id}: as at the beginning` : problems.join('\n'));
      if (problems.length > 0) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Adds to `results` as it goes, so that what was found out is there in any case.
 * @throws {SetUpError} for what lessons have left together.
 */
async function runAll(
  runs: readonly LessonRun[],
  options: Options,
  display: Display,
  signal: AbortSignal,
  results: LessonResult[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lessons-'));
  try {
    const env = await cleanEnvironment(folder);
    const runOne = async ({ lesson, claim }: LessonRun, shared: boolean): Promise<void> => {
      if (signal.aborted) return;
      display.lessonStarted(lesson, pageIn(paths.root, lesson, options.language).prose);
      const result = await runLesson(lesson, {
        cluster: liveCluster,
        shell: { cwd: paths.root, env },
        signal,
        ...(claim === undefined ? {} : { claim }),
        shared,
        ids: readLessons(paths.root).map(({ id }) => id),
        ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
        draw: (picture) => drawLive(lesson, picture),
        onStep: (step) => display.step(lesson, step),
      });
      if (signal.aborted && (wasStopped(result) || result.steps.length === 0)) {
        say(`${nameOf(result)}: stopped, and everything put back`);
        return;
      }
      display.lessonEnded(result);
      results.push(result);
    };
    const isBeside = ({ lesson }: LessonRun): boolean => options.lanes > 1 && mayRunBeside(lesson);
    display.begin([...new Set(runs.map(({ lesson }) => lesson))]);
    const beside = runs.filter(isBeside);
    if (beside.length > 0) {
      const before = await liveCluster.state();
      // Of one lesson only one claim at a time is made untrue.
      const ofOneLesson = [...Map.groupBy(beside, ({ lesson }) => lesson.id).values()];
      await inLanes(longestFirst(ofOneLesson), options.lanes, async (ownRuns) => {
        for (const run of ownRuns) await runOne(run, true);
      });
      const left = options.shared ? [] : await leftTogether(liveCluster, before);
      if (left.length > 0)
        throw new SetUpError(
          `The lessons that ran at the same time have left the cluster otherwise than it was; run without --lanes to see which:\n${left.join('\n')}`,
        );
    }
    for (const run of runs) if (!isBeside(run)) await runOne(run, options.shared);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes the lists of lessons into the pages that present the course, and the table of all claims. */
function writeContents(lessons: readonly Lesson[]): void {
  writeFileSync(join(paths.root, claimsFile), claimsPage(lessons, readPath(paths.root)));
  for (const language of languages) {
    const file = join(paths.root, coursePages[language]);
    writeFileSync(file, withContents(readFileSync(file, 'utf8'), paths.root, language));
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const all = readLessons(paths.root);
  if (options.contents) return writeContents(all);
  const chosen = selectByName(all, options.names);
  const { third, shard, sabotage } = options;
  if (third && shard !== undefined) throw new UsageError('--third and --shard: one of them');
  const thirds = third ? selectThird(chosen, commit()) : chosen;
  const lessons = shard === undefined ? thirds : selectShard(thirds, shard, sabotage);
  if (options.page) {
    for (const lesson of lessons)
      process.stdout.write(assemble(lesson, pageIn(paths.root, lesson, options.language).prose));
    return;
  }
  if (options.follow && options.lanes > 1)
    throw new UsageError('--follow shows one lesson at a time: without --lanes');
  const runs = runsOf(lessons, options);
  await ensureShop();
  if (options.reset) {
    if (options.names.length === 0) throw new SetUpError(`--reset takes lessons\n${usage}`);
    return reset(lessons);
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      stop.abort();
      say('Stopping: what the lesson has made is taken away first');
    });
  const screen = {
    write: (text: string) => void process.stdout.write(text),
    live: process.stdout.isTTY && options.lanes === 1,
  };
  const startedAt = new Date();
  const results: LessonResult[] = [];
  try {
    const display = options.follow ? followDisplay(screen) : tableDisplay(screen);
    await runAll(runs, options, display, stop.signal, results);
  } finally {
    if (results.length > 0) {
      const report: RunReport = {
        startedAt: startedAt.toISOString(),
        commit: commit(),
        cluster: context,
        sabotaged: options.sabotage,
        seconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
        lessons: results.toSorted((a, b) => runs.findIndex(isRunOf(a)) - runs.findIndex(isRunOf(b))),
        notRun: all.filter(({ id }) => !results.some((result) => result.id === id)).map(({ id }) => id),
      };
      conclude(report, writeReports(paths.root, report));
    }
  }
  if (results.some((result) => !isRight(result))) process.exitCode = 1;
  if (stop.signal.aborted) process.exitCode = 130;
  const staying = await untilGone(() => namespacesOf(lessons), { settleMs: 120_000 });
  if (staying.length > 0)
    throw new SetUpError(
      `Still there, though deleted: namespace ${staying.join(', ')}. \`kubectl get namespace ${staying[0]} -o yaml\` says why`,
    );
}

const isRunOf =
  ({ id, claim: of }: LessonResult) =>
  ({ lesson, claim }: LessonRun): boolean =>
    lesson.id === id && claim?.id === of?.id;

/** The last lines: how many are right, which are not, and where the reports are. */
function conclude({ lessons, sabotaged, seconds }: RunReport, files: readonly string[]): void {
  const wrong = lessons.filter((lesson) => !isRight(lesson));
  const unproven = lessons.filter(({ verdict }) => verdict === 'not proven');
  const right = lessons.length - wrong.length - unproven.length;
  const counted = sabotaged
    ? `${right} of ${lessons.length} sabotages were noticed`
    : `${right} of ${lessons.length} lessons passed`;
  process.stdout.write(
    `\n${styleText('bold', counted)}, ${seconds.toFixed(0)} s${named('not proven here', unproven)}${named('not so', wrong)}\n` +
      `${files.join(', ')}\n`,
  );
}

const named = (what: string, results: readonly LessonResult[]): string =>
  results.length === 0 ? '' : `; ${what}: ${results.map(nameOf).join(' ')}`;

async function namespacesOf(lessons: readonly Lesson[]): Promise<readonly string[]> {
  const names = await liveCluster.lessonNamespaces();
  return names.filter((name) => lessons.some((lesson) => isNamespaceOf(lesson, name)));
}

try {
  await main();
} catch (error) {
  fail(error);
}
