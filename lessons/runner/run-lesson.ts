/** Runs one lesson and judges it. */
import { setTimeout as delay } from 'node:timers/promises';
import { differences, lessonPrefix, type ClusterState } from './cluster-state.ts';
import { CommandError } from '../../scripts/support/run.ts';
import type { ClusterView } from './cluster.ts';
import type { Claim, Commands, Lesson, Picture, Step } from './lesson.ts';
import { matchOutput } from './match.ts';
import { fileOf, interrupted, judgeSabotage, type LessonResult, type StepResult } from './result.ts';
import { Session, type Dialect, type Outcome, type SessionOptions } from './session.ts';

export interface Run {
  readonly cluster: ClusterView;
  readonly shell: Pick<SessionOptions, 'cwd' | 'env'>;
  /** Stops the lesson; its cleanup is run all the same. */
  readonly signal?: AbortSignal;
  /** The claim whose sabotage is run; without it none is. */
  readonly claim?: Claim;
  /** Draws the objects that a picture shows, as they are at that moment. */
  readonly draw?: (picture: Picture) => Promise<string>;
  /** Between two attempts at a step that may wait. */
  readonly retryMs?: number;
  /** How long the cluster may take to be as it was, after the cleanup. */
  readonly settleMs?: number;
  /** Others change the cluster meanwhile: of what is different afterwards only that counts which bears the lesson's name. */
  readonly shared?: boolean;
  /** Of all lessons, to find out whose name it is. */
  readonly ids?: readonly string[];
  /** The terminal that the page's own blocks are pasted into; hidden commands are always bash's, through a pipe. */
  readonly terminal?: Dialect;
  readonly onStep?: (result: StepResult) => void;
  /** Called before each step but the cleanup's; the step is run when it resolves. */
  readonly beforeStep?: (step: Step) => Promise<void>;
}

export async function runLesson(lesson: Lesson, run: Run): Promise<LessonResult> {
  const start = performance.now();
  const steps: StepResult[] = [];
  const note = (result: StepResult) => {
    steps.push(result);
    run.onStep?.(result);
  };
  const failures: string[] = [];
  const untidy: string[] = [];
  let before: ClusterState | undefined;
  let surroundings: string | undefined;
  let picture: string | undefined;
  await unlessSilent(failures, async () => {
    await makeUpForAnEarlierRun(lesson, run);
    before = await run.cluster.state();
    const failed = await runSteps(lesson, run, note, async (wanted) => {
      picture = await run.draw?.(wanted);
    });
    if (!failed) return;
    failures.push(describe(lesson, failed));
    if (failed.problem === interrupted) return;
    surroundings = await run.cluster.surroundings(await namespacesOf(lesson, run, before));
  });
  if (before) {
    const asItWas = before;
    const notCleaned = await cleanUp(lesson, run, note);
    if (notCleaned) untidy.push(describe(lesson, notCleaned));
    await unlessSilent(untidy, async () => {
      untidy.push(...(await leftBehind(lesson, run, asItWas)));
    });
  }

  const problems = [...failures, ...untidy];
  const passed = lesson.notProven === undefined ? 'passed' : 'not proven';
  const { number, id, file, title, proves, touches } = lesson;
  const { claim } = run;
  return {
    number,
    id,
    file,
    title,
    proves,
    touches,
    verdict: problems.length > 0 ? 'failed' : passed,
    seconds: secondsSince(start),
    steps,
    problems: problems.length === 0 && lesson.notProven !== undefined ? [lesson.notProven] : problems,
    untidy,
    ...(surroundings === undefined ? {} : { surroundings }),
    ...(picture === undefined ? {} : { picture }),
    ...(claim === undefined
      ? {}
      : {
          claim: { id: claim.id, says: claim.says },
          sabotage: claim.sabotage.script,
          noticed: judgeSabotage({ steps, untidy }, claim),
        }),
  };
}

/** A cluster that does not answer is this lesson's problem, and not the end of the run with all that it has found out. */
async function unlessSilent(problems: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    problems.push(`the cluster did not answer: ${error.output || error.message}`);
  }
}

/** It was cut off before its own cleanup, or has ended only just now. */
async function makeUpForAnEarlierRun(lesson: Lesson, run: Run): Promise<void> {
  if ((await ownNamespaces(lesson, run)).length === 0) return;
  await cleanUp(lesson, run, () => {});
  await untilGone(() => ownNamespaces(lesson, run), run);
}

/**
 * Runs the steps, with what readers do not see around each. A claim's sabotage is noticed by what proves that claim alone:
 * until then the rest may fail.
 * @returns what is not as expected, after which nothing more is run.
 */
async function runSteps(
  lesson: Lesson,
  run: Run,
  note: (result: StepResult) => void,
  draw: (picture: Picture) => Promise<void>,
): Promise<StepResult | undefined> {
  await using session = new Session({ ...run.shell, signal: run.signal, dialect: run.terminal });
  // What the page's commands set does not reach the checks, nor the other way round.
  await using behind = new Session({ ...run.shell, signal: run.signal });
  const { claim } = run;
  const provesClaim = ({ proves }: Pick<Commands, 'proves'>): boolean =>
    claim === undefined || proves.includes(claim.id);
  let sabotaged = false;

  /** @returns the result if nothing more may be run after it. */
  const runOne = async (step: Commands, kind: StepResult['kind'], number: number) => {
    const shell = kind === 'run' ? session : behind;
    const result = await runStep({ ...step, kind, number }, shell, run);
    note(result);
    const { problem } = result;
    if (problem === undefined) return;
    const mayFail = sabotaged && problem !== interrupted && !shell.over && !provesClaim(step);
    return mayFail ? undefined : result;
  };
  const sabotageAt = async (step: Step, afterwards: boolean) => {
    if (claim?.sabotage.before !== step.number || (claim.sabotage.afterwards ?? false) !== afterwards) return;
    sabotaged = true;
    await using own = new Session({ ...run.shell, signal: run.signal });
    const result = await runSabotage(claim, own, run);
    note(result);
    return result.problem === undefined ? undefined : result;
  };

  const later = ({ number }: Step): Commands[] =>
    lesson.steps.flatMap((step) =>
      step.kind === 'run' && step.number > number ? [step, ...step.checks] : [],
    );
  for (const step of lesson.steps.filter(({ kind }) => kind === 'run')) {
    const { prepare, checks, number } = step;
    await run.beforeStep?.(step);
    const work = [
      () => sabotageAt(step, false),
      ...prepare.map((commands) => () => runOne(commands, 'prepare', number)),
      () => runOne(step, 'run', number),
      () => sabotageAt(step, true),
      // With a claim sabotaged the checks of others say nothing.
      ...checks.filter(provesClaim).map((commands) => () => runOne(commands, 'check', number)),
    ];
    for (const next of work) {
      const failed = await next();
      if (failed) return failed;
    }
    // What comes later proves other claims.
    if (sabotaged && !later(step).some(provesClaim)) return;
    const { picture } = lesson.proof;
    if (picture?.after === number) await draw(picture);
  }
}

async function runSabotage({ id, sabotage }: Claim, session: Session, run: Run): Promise<StepResult> {
  const { line, script, before } = sabotage;
  const commands = { line, script, limitMs: sabotageLimitMs, mustFail: false, proves: [id] };
  const result = await runStep({ ...commands, kind: 'sabotage', number: before }, session, run);
  const { problem } = result;
  return problem === undefined ? result : { ...result, problem: `${sabotageBroken}: ${problem}` };
}

const sabotageLimitMs = 90_000;
/** How a problem begins that says nothing about the lesson. */
const sabotageBroken = 'the sabotage itself does not work';

type Task = Commands & Pick<StepResult, 'kind' | 'number'>;

async function runStep(step: Task, session: Session, run: Run): Promise<StepResult> {
  const start = performance.now();
  const deadline = start + (step.withinMs ?? 0);
  for (let attempts = 1; ; attempts += 1) {
    // The last attempt must not make a wait of 10 s one of 40 s.
    const left = Math.max(deadline - performance.now(), 5000);
    const limit = step.withinMs === undefined ? step.limitMs : Math.min(step.limitMs, left);
    const outcome = await session.run(step.script, limit);
    const problem = judge(step, outcome);
    const mayTryAgain = outcome.ended === undefined && performance.now() < deadline;
    if (problem !== undefined && mayTryAgain) {
      await delay(run.retryMs ?? 500, undefined, { signal: run.signal }).catch(() => {});
      continue;
    }
    const { number, line, kind, script, expected, withinMs, proves } = step;
    return {
      number,
      line,
      kind,
      script,
      came: outcome.output.trim(),
      attempts,
      ...(expected === undefined ? {} : { expected }),
      ...(outcome.exitCode === undefined ? {} : { exitCode: outcome.exitCode }),
      seconds: secondsSince(start),
      proves,
      ...(problem === undefined
        ? {}
        : {
            problem:
              withinMs === undefined || problem === interrupted
                ? problem
                : `not within ${withinMs / 1000} s: ${problem}`,
          }),
    };
  }
}

/** Why the outcome is not the expected one. */
function judge(step: Commands, { output, exitCode, ended }: Outcome): string | undefined {
  if (ended === 'hanging') return `it did not end in time, and was ended`;
  if (ended === 'interrupted') return interrupted;
  if (ended === 'exited') return 'it ended the shell';
  if (step.mustFail && exitCode === 0) return 'it should have failed, and did not';
  if (!step.mustFail && exitCode !== 0) return `it failed with exit code ${exitCode}`;
  if (step.expected === undefined) return undefined;
  const { matches, missing } = matchOutput(step.expected, output);
  if (matches) return undefined;
  return missing === undefined
    ? 'it printed more than expected'
    : `it did not print what is expected; the first line missing is: ${missing}`;
}

/** In a new shell: the lesson's own may be gone. What undoes the sabotage may fail, the cleanup is run all the same. */
async function cleanUp(
  lesson: Lesson,
  run: Run,
  note: (result: StepResult) => void,
): Promise<StepResult | undefined> {
  let failed: StepResult | undefined;
  const sabotage = run.claim?.sabotage;
  if (sabotage?.undo !== undefined) {
    await using session = new Session(run.shell);
    const { undo, line, before } = sabotage;
    const commands = { line, script: undo, limitMs: sabotageLimitMs, mustFail: false, proves: [] };
    const result = await runStep({ ...commands, kind: 'cleanup', number: before }, session, run);
    note(result);
    if (result.problem !== undefined) failed = result;
  }
  const step = lesson.steps.find(({ kind }) => kind === 'cleanup');
  if (step) {
    await using session = new Session({ ...run.shell, dialect: run.terminal });
    const result = await runStep(step, session, run);
    note(result);
    if (result.problem !== undefined) failed ??= result;
  }
  return failed;
}

/** Takes away what the lesson has made. @returns what is not as it should be. */
export async function resetLesson(lesson: Lesson, run: Run): Promise<readonly string[]> {
  const failed = await cleanUp(lesson, run, () => {});
  const staying = await untilGone(() => ownNamespaces(lesson, run), run);
  return [
    ...(failed ? [describe(lesson, failed)] : []),
    ...staying.map((name) => `namespace ${name} is still there, though deleted`),
  ];
}

/**
 * Whether a difference bears the lesson's name: of its namespace, a label; or a lesson's resource on a node that it may change.
 * @param ids of all lessons: `lesson-pod-near` is not pod's.
 */
function isOf({ id, touches }: Lesson, difference: string, ids: readonly string[] = [id]): boolean {
  if (touches === 'nodes' && difference.includes('lessons.example')) return true;
  const named = ids.filter((each) => {
    const [, ...afterIt] = difference.split(`lesson-${each}`);
    return afterIt.some((rest) => !/^\w/.test(rest));
  });
  return named.toSorted((a, b) => b.length - a.length)[0] === id;
}

const leftBehind = (lesson: Lesson, run: Run, before: ClusterState): Promise<readonly string[]> =>
  untilGone(async () => {
    const all = differences(before, await run.cluster.state());
    return run.shared ? all.filter((line) => isOf(lesson, line, run.ids)) : all;
  }, run);

/** `lesson-<id>`, or `lesson-<id>-a` and `-b` where it needs two. */
export const isNamespaceOf = ({ id }: Lesson, name: string): boolean =>
  [id, `${id}-a`, `${id}-b`].some((own) => name === lessonPrefix + own);

const ownNamespaces = async (lesson: Lesson, { cluster }: Run): Promise<readonly string[]> =>
  (await cluster.lessonNamespaces()).filter((name) => isNamespaceOf(lesson, name));

/** Waits for namespaces that are being deleted. @returns those that stay. */
export async function untilGone(
  find: () => Promise<readonly string[]>,
  { settleMs = 60_000, retryMs = 500 }: Pick<Run, 'settleMs' | 'retryMs'> = {},
): Promise<readonly string[]> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const found = await find();
    if (found.length === 0 || performance.now() > deadline) return found;
    await delay(retryMs);
  }
}

/** Those the lesson has made, and those it works on. */
async function namespacesOf(lesson: Lesson, run: Run, before: ClusterState): Promise<string[]> {
  const now = await run.cluster.state();
  const made = [...now.keys()]
    .filter((key) => key.startsWith('Namespace ') && !before.has(key))
    .map((key) => key.slice('Namespace '.length))
    .filter((name) => !run.shared || isNamespaceOf(lesson, name));
  return lesson.touches === 'namespace' && made.length > 0 ? made : [...made, 'shop'];
}

const describe = (lesson: Lesson, step: StepResult): string => {
  const { line, kind, problem } = step;
  return `${fileOf(lesson.file, step)}:${line}${kind === 'cleanup' ? ', cleanup' : ''}: ${problem}`;
};

const secondsSince = (start: number): number => Math.round((performance.now() - start) / 100) / 10;
