/** What a page of lessons/ says, as the runner sees it. */
import { basename, dirname } from 'node:path';
import { SetUpError } from '../../scripts/support/command-line.ts';

/** What a lesson may change; the report says it, and `nothing` needs no cleanup. */
export const reaches = ['nothing', 'namespace', 'shop', 'nodes'] as const;
export type Reach = (typeof reaches)[number];

/** One block of commands, and what they are expected to print. */
export interface Step {
  /** Counted from 1 over all blocks of the page: what translations refer to. */
  readonly number: number;
  /** Line of the page at which the block begins. */
  readonly line: number;
  readonly kind: 'run' | 'cleanup';
  readonly script: string;
  /** Ends the commands, with their process group, when they take longer. */
  readonly limitMs: number;
  /** With wildcards; without it only the exit code counts. */
  readonly expected?: string;
  /** The commands are run again until the output is as expected, for so long. */
  readonly withinMs?: number;
  /** The commands have to end with an exit code other than 0. */
  readonly mustFail: boolean;
}

/** One command that makes the lesson's claim untrue, so that its FAIL can be seen. */
export interface Sabotage {
  readonly line: number;
  readonly script: string;
  /** Number of the step before which it is run. */
  readonly before: number;
}

export interface Lesson {
  /** Path within the repository, `lessons/02-pod/README.md`. */
  readonly file: string;
  /** The row of the table of concepts, from the file's name. */
  readonly number: number;
  readonly id: string;
  readonly title: string;
  /** What is observed, in one sentence. */
  readonly proves: string;
  readonly touches: Reach;
  /** Why this cluster cannot show the concept itself: the lesson then never counts as passed. */
  readonly notProven?: string;
  readonly steps: readonly Step[];
  readonly sabotage: Sabotage;
  /** What stands before, between and after the steps: one more than there are steps. */
  readonly prose: readonly string[];
}

/** `02-pod` of `lessons/02-pod/README.md`. */
export const folderName = (file: string): string => basename(dirname(file));

/** Where the page is in another language: `lessons/02-pod/README.ko.md`. */
export const translationFile = (file: string, language: string): string =>
  file.replace(/\.md$/, `.${language}.md`);

/** A page is not what the runner can run; every problem with its line. */
export class PageError extends SetUpError {
  override readonly name = 'PageError';
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(problems.map((problem) => `${file}${problem.startsWith(':') ? '' : ': '}${problem}`).join('\n'));
    this.problems = problems;
  }
}
