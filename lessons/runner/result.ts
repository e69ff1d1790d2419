/** What came of running lessons: what the reports are made of. */
import type { Verdict } from '@shop/testing/report';
import { proofFile, type Claim, type Reach } from './lesson.ts';

export interface StepResult {
  readonly number: number;
  readonly line: number;
  readonly kind: 'run' | 'cleanup' | 'sabotage' | 'prepare' | 'check';
  readonly script: string;
  readonly expected?: string;
  readonly came: string;
  readonly exitCode?: number;
  /** How often the commands were run until they printed what is expected, or the time was up. */
  readonly attempts: number;
  readonly seconds: number;
  /** Ids of the claims that it proves. */
  readonly proves: readonly string[];
  /** Why it is not as expected; none when it is. */
  readonly problem?: string;
}

/** The problem of a step that was stopped from outside, which says nothing about the lesson. */
export const interrupted = 'interrupted';

export interface LessonResult {
  readonly number: number;
  readonly id: string;
  readonly file: string;
  readonly title: string;
  readonly proves: string;
  readonly touches: Reach;
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  /** Why it failed, or why it proves nothing here; a line each. */
  readonly problems: readonly string[];
  /** Those of them that are about what was left of the lesson: a cleanup that failed, a cluster that is not as it was. */
  readonly untidy: readonly string[];
  /** The cluster at the moment of the failure. */
  readonly surroundings?: string;
  /** The objects of the page as they were, an SVG. */
  readonly picture?: string;
  /** Whose sabotage was run. */
  readonly claim?: { readonly id: string; readonly says: string };
  /** That sabotage, and what became of it. */
  readonly sabotage?: string;
  readonly noticed?: SabotageVerdict;
}

export type SabotageVerdict = 'noticed' | 'not noticed' | 'left behind';

export interface RunReport {
  readonly startedAt: string;
  readonly commit: string;
  readonly cluster: string;
  readonly sabotaged: boolean;
  readonly seconds: number;
  readonly lessons: readonly LessonResult[];
  /** Ids of the lessons that there are and that this run says nothing about. */
  readonly notRun: readonly string[];
}

/** What the run has to say of a sabotaged lesson: it has to be noticed, and cleaned up after as any other. */
export function judgeSabotage(
  { steps, untidy }: Pick<LessonResult, 'steps' | 'untidy'>,
  claim: Pick<Claim, 'id'>,
): SabotageVerdict {
  if (!noticed(steps, claim)) return 'not noticed';
  return untidy.length > 0 ? 'left behind' : 'noticed';
}

/** Stopped from outside, and nothing left of it: there is nothing to say about the lesson. */
export const wasStopped = ({ steps, untidy }: Pick<LessonResult, 'steps' | 'untidy'>): boolean =>
  untidy.length === 0 && steps.some(({ problem }) => problem === interrupted);

/** With sabotage a lesson is right when it failed by it. */
export const isRight = ({ verdict, noticed }: LessonResult): boolean =>
  noticed === undefined ? verdict !== 'failed' : noticed === 'noticed';

/** `pod`, or `pod/localhost` where one of its claims was sabotaged. */
export const nameOf = ({ id, claim }: LessonResult): string =>
  claim === undefined ? id : `${id}/${claim.id}`;

/** Where the step stands: in the page, or in its proof. */
export const fileOf = (file: string, { kind }: Pick<StepResult, 'kind'>): string =>
  kind === 'run' || kind === 'cleanup' ? file : proofFile(file);

/**
 * Whether the lesson failed because of its sabotage: at a step after it that proves what was sabotaged, and not before or
 * while cleaning up.
 */
export function noticed(steps: readonly StepResult[], claim: Pick<Claim, 'id'>): boolean {
  const place = steps.findIndex(({ kind, problem }) => kind === 'sabotage' && problem === undefined);
  return (
    place >= 0 &&
    steps
      .slice(place + 1)
      .some(
        (step) =>
          (step.kind === 'run' || step.kind === 'check') &&
          step.proves.includes(claim.id) &&
          step.problem !== undefined &&
          step.problem !== interrupted,
      )
  );
}
