import { ProblemError } from '../problems/problem-error.ts';

/** The path of lessons, as the page shows it. */
export interface LessonSummary {
  readonly id: string;
  readonly number: number;
  readonly title: Readonly<Record<Language, string>>;
}

export type Language = 'en' | 'ko';

export type LessonPart =
  /** Markdown. */
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'step';
      readonly number: number;
      readonly script: string;
      readonly expected?: string;
      readonly cleanup: boolean;
    };

export interface LessonPage {
  readonly id: string;
  readonly title: string;
  /** What the lesson may change. */
  readonly touches: 'nothing' | 'namespace' | 'shop' | 'nodes';
  /** The command that makes its claim untrue, and the step before which it runs. */
  readonly sabotage: { readonly before: number; readonly script: string };
  readonly parts: readonly LessonPart[];
}

/** The action is not possible now; the problem says why. */
export class LessonRefusedError extends ProblemError {
  override readonly name = 'LessonRefusedError';
}

/** Runs lessons, one at a time; the scene shows the progress. All methods may throw a {@link LessonRefusedError}. */
export interface LessonRunner {
  /** @param mode `step`: each step waits for `next`; `break`: with the sabotage. */
  start(id: string, mode: 'run' | 'step' | 'break'): void;
  /** Runs the next step. */
  next(id: string): void;
  /** Stops the lesson and undoes its changes; forgets one that has ended. Resolves when that is done. */
  reset(id: string): Promise<void>;
  /** Stops the current lesson, and undoes its changes. */
  close(): Promise<void>;
}

export interface Lessons {
  /** Absent where there is no cluster to run them on. */
  readonly runner?: LessonRunner;
  list(): readonly LessonSummary[];
  /** @returns undefined when there is no such lesson. */
  page(id: string, language: Language): LessonPage | undefined;
}
