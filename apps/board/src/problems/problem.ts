/** What went wrong, as a code with what it names: each language has a text for it. */

/** What each code names. */
interface Values {
  readonly 'no-fault': { readonly name: string };
  readonly 'fault-started': { readonly name: string };
  readonly 'fault-not-started': { readonly name: string };
  /** Another one, where only one is possible at a time. */
  readonly 'fault-in-progress': { readonly name: string };
  /** `parts`: what could not be undone and why, a line each. */
  readonly 'not-undone': { readonly parts: readonly string[] };
  readonly 'no-lesson': object;
  readonly 'no-action': object;
  readonly 'lesson-in-progress': { readonly id: string };
  readonly 'no-step-waits': object;
  readonly 'bad-traffic': { readonly most: number };
  /** The board has no shop that it could do this with. */
  readonly 'not-here': object;
  readonly ending: object;
  readonly starting: object;
  readonly unexpected: object;
  /** `reason`: an error's code, or a part of its message. */
  readonly 'cluster-lost': { readonly context: string; readonly reason: string };
  readonly 'laptop-lost': { readonly folder: string; readonly reason: string };
  readonly 'wrong-host': object;
  readonly 'wrong-method': object;
  readonly 'other-site': object;
  readonly 'wrong-token': object;
  readonly 'no-session': object;
  /** What another program says, in its own words. */
  readonly said: { readonly text: string };
}

type Code = keyof Values;
export type Problem = { readonly [C in Code]: { readonly code: C } & Values[C] }[Code];

/** One language's texts. */
export type ProblemTexts = { readonly [C in Code]: (values: Values[C]) => string };

export const problemText = (texts: ProblemTexts, problem: Problem): string =>
  (texts[problem.code] as (values: Problem) => string)(problem);
