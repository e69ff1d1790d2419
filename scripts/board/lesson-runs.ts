/** Runs the lessons of lessons/ from the page: the same runner as `npm run lessons`, its steps as they are in the pages. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { keyOf, LessonRefusedError, type LessonRun, type LessonRunner, type Scene } from '@shop/board';
import type { ClusterView } from '../../lessons/runner/cluster.ts';
import type { Lesson, Step } from '../../lessons/runner/lesson.ts';
import { wasStopped, type LessonResult, type StepResult } from '../../lessons/runner/result.ts';
import { runLesson, type Run } from '../../lessons/runner/run-lesson.ts';

export interface LessonRunsOptions {
  readonly scene: Scene;
  /** By the id in the page's address. */
  readonly lessons: ReadonlyMap<string, Lesson>;
  readonly cluster: ClusterView;
  /** The shell of a lesson; made when the first one is run. */
  readonly shell: () => Promise<Run['shell']>;
  /** Where the verdicts are kept from one start of the board to the next. */
  readonly progressFile: string;
  readonly settleMs?: number;
  /** Called before a lesson is run; what it returns is called when its cleanup has run. */
  readonly keep?: (id: string, sabotaged: boolean) => Promise<() => void>;
  /** Called when no lesson will be run any more. */
  readonly closed?: () => void;
}

interface Current {
  readonly id: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
  /** Lets the step that waits go on. */
  proceed: (() => void) | undefined;
}

type Verdict = NonNullable<LessonRun['verdict']>;

/** More than this does not help a reader of the page. */
const longestPrinted = 8_000;

export class LessonRuns implements LessonRunner {
  readonly #options: LessonRunsOptions;
  #current: Current | undefined;
  #closed = false;

  constructor(options: LessonRunsOptions) {
    this.#options = options;
    for (const [id, verdict] of Object.entries(this.#readProgress()))
      if (options.lessons.has(id))
        options.scene.put({
          kind: 'lesson',
          id,
          mode: 'run',
          state: 'done',
          steps: [],
          verdict,
          problems: [],
        });
  }

  start(id: string, mode: LessonRun['mode']): void {
    const lesson = this.#options.lessons.get(id);
    if (!lesson) throw new LessonRefusedError({ code: 'no-lesson' });
    if (this.#closed) throw new LessonRefusedError({ code: 'ending' });
    if (this.#current) throw new LessonRefusedError({ code: 'lesson-in-progress', id: this.#current.id });
    const stop = new AbortController();
    const current: Current = {
      id,
      stop,
      proceed: undefined,
      done: Promise.resolve().then(() => this.#run(lesson, mode, current)),
    };
    this.#current = current;
    this.#put({ kind: 'lesson', id, mode, state: 'running', steps: [], problems: [] });
  }

  next(id: string): void {
    const current = this.#current;
    if (current?.id !== id || !current.proceed) throw new LessonRefusedError({ code: 'no-step-waits' });
    current.proceed();
  }

  async reset(id: string): Promise<void> {
    const current = this.#current;
    if (current?.id === id) {
      this.#change(id, { state: 'undoing' });
      current.stop.abort();
      await current.done;
    }
    this.#options.scene.drop(keyOf({ kind: 'lesson', id }));
    this.#options.scene.flush();
    this.#keep(id, undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#current?.stop.abort();
    await this.#current?.done;
    this.#options.closed?.();
  }

  async #run(lesson: Lesson, mode: LessonRun['mode'], current: Current): Promise<void> {
    const { id, stop } = current;
    const { signal } = stop;
    const wait = async ({ number }: Step) => {
      if (mode !== 'step') return this.#change(id, { step: number });
      this.#change(id, { state: 'waiting', step: number });
      await this.#proceeds(current);
      this.#change(id, { state: 'running' });
    };
    let ending: Pick<LessonRun, 'verdict' | 'problems'>;
    try {
      const forget = await this.#options.keep?.(id, mode === 'break');
      const result = await runLesson(lesson, {
        cluster: this.#options.cluster,
        shell: await this.#options.shell(),
        signal,
        ...(mode === 'break' ? { claim: lesson.proof.claims[0] } : {}),
        // The board's own traffic and faults, and other users, are there meanwhile.
        shared: true,
        ...(this.#options.settleMs === undefined ? {} : { settleMs: this.#options.settleMs }),
        beforeStep: wait,
        onStep: (step) => this.#addStep(id, step),
      });
      forget?.();
      ending = { verdict: verdictOf(result), problems: result.problems };
    } catch (error) {
      ending = { verdict: 'failed', problems: [(error as Error).message] };
    }
    this.#current = undefined;
    this.#change(id, { state: 'done', since: Date.now(), ...ending });
    this.#keep(id, ending.verdict);
  }

  #proceeds(current: Current): Promise<void> {
    const { signal } = current.stop;
    return new Promise((resolve) => {
      const go = () => {
        current.proceed = undefined;
        signal.removeEventListener('abort', go);
        resolve();
      };
      current.proceed = go;
      signal.addEventListener('abort', go);
      if (signal.aborted) go();
    });
  }

  #addStep(id: string, result: StepResult): void {
    const run = this.#options.scene.get('lesson', id);
    const { number, script, came, seconds, problem } = result;
    const isHidden = result.kind === 'check' || result.kind === 'prepare';
    // What a page does not show is shown when it is why the lesson failed.
    if (!run || (isHidden && problem === undefined)) return;
    const kind = result.kind === 'check' || result.kind === 'prepare' ? 'run' : result.kind;
    const printed = came.slice(-longestPrinted);
    const step = { number, kind, script, printed, seconds, ...(problem === undefined ? {} : { problem }) };
    const isCleanup = kind === 'cleanup' && run.state !== 'undoing';
    this.#change(id, { steps: [...run.steps, step], ...(isCleanup ? { state: 'undoing' } : {}) });
  }

  #change(id: string, change: Partial<LessonRun>): void {
    const run = this.#options.scene.get('lesson', id);
    if (run) this.#put({ ...run, ...change });
  }

  #put(run: LessonRun): void {
    this.#options.scene.put(run);
    this.#options.scene.flush();
  }

  #readProgress(): Record<string, Verdict> {
    try {
      return JSON.parse(readFileSync(this.#options.progressFile, 'utf8')) as Record<string, Verdict>;
    } catch {
      return {};
    }
  }

  /** Only what a whole run has shown is kept. */
  #keep(id: string, verdict: Verdict | undefined): void {
    const { [id]: before, ...others } = this.#readProgress();
    const kept =
      verdict === 'passed' || verdict === 'failed' || verdict === 'not-proven' ? verdict : undefined;
    const progress = { ...others, ...(kept === undefined ? {} : { [id]: kept }) };
    // When a lesson has noticed its sabotage, it keeps the verdict that it had before.
    if (verdict === 'noticed' && before !== undefined) progress[id] = before;
    mkdirSync(dirname(this.#options.progressFile), { recursive: true });
    writeFileSync(this.#options.progressFile, JSON.stringify(progress));
  }
}

function verdictOf(result: LessonResult): Verdict {
  if (wasStopped(result) || result.steps.length === 0) return 'stopped';
  if (result.noticed !== undefined) return result.noticed === 'noticed' ? 'noticed' : 'not-noticed';
  if (result.verdict === 'passed') return 'passed';
  return result.verdict === 'failed' ? 'failed' : 'not-proven';
}
