/** What came of running lessons: what the reports are made of. */
import type { Reach } from './lesson.ts';

export type Verdict = 'PASS' | 'FAIL' | 'NOT PROVEN';

export interface StepResult {
  readonly number: number;
  readonly line: number;
  readonly kind: 'run' | 'cleanup' | 'sabotage';
  readonly script: string;
  readonly expected?: string;
  readonly came: string;
  readonly exitCode?: number;
  /** How often the commands were run until they printed what is expected, or the time was up. */
  readonly attempts: number;
  readonly seconds: number;
  /** Why it is not as expected; none when it is. */
  readonly problem?: string;
}

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
  /** The cluster at the moment of the failure. */
  readonly surroundings?: string;
  readonly sabotage: string;
}

export interface RunReport {
  readonly startedAt: string;
  readonly commit: string;
  readonly cluster: string;
  readonly sabotaged: boolean;
  readonly seconds: number;
  readonly lessons: readonly LessonResult[];
}

/** Whether the lesson failed because of its sabotage: at a step after it, and not before or while cleaning up. */
export function noticed({ steps }: Pick<LessonResult, 'steps'>): boolean {
  const place = steps.findIndex(({ kind, problem }) => kind === 'sabotage' && problem === undefined);
  return (
    place >= 0 && steps.slice(place + 1).some(({ kind, problem }) => kind === 'run' && problem !== undefined)
  );
}
