import { problemsInEnglish } from './en.ts';
import { problemText, type Problem } from './problem.ts';

/** An error that the page can say in its own language; the message is English. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problemText(problemsInEnglish, problem));
    this.problem = problem;
  }
}

/** @returns the error's problem, or its message as it is. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { code: 'said', text: error instanceof Error ? error.message : String(error) };
}
