/** What a page of lessons/ says, as the runner sees it. */
import { basename, dirname } from 'node:path';
import { SetUpError } from '../../scripts/support/command-line.ts';

/** What a lesson may change; the report says it, and `nothing` needs no cleanup. */
export const reaches = ['nothing', 'namespace', 'shop', 'nodes'] as const;
export type Reach = (typeof reaches)[number];

/** Commands, and what they are expected to print. */
export interface Commands {
  /** Line at which they begin: of the page, or of the proof for those that readers do not see. */
  readonly line: number;
  readonly script: string;
  /** Ends the commands, with their process group, when they take longer. */
  readonly limitMs: number;
  /** With wildcards; without it only the exit code counts. */
  readonly expected?: string;
  /** The commands are run again until the output is as expected, for so long. */
  readonly withinMs?: number;
  /** The commands have to end with an exit code other than 0. */
  readonly mustFail: boolean;
  /** Ids of the claims that they prove. */
  readonly proves: readonly string[];
  /** What the proof calls it. */
  readonly name?: string;
  /** What a check shows that is none of the claims, so that no sabotage shows that it can fail. */
  readonly beside?: string;
}

/** One block of commands of the page. */
export interface PageBlock extends Pick<Commands, 'line' | 'script' | 'expected'> {
  /** Counted from 1 over all blocks of the page. */
  readonly number: number;
  readonly kind: 'run' | 'cleanup';
  readonly name: string;
}

/** A block with what the proof says of it. */
export interface Step extends PageBlock, Commands {
  readonly name: string;
  /** Run before it and after it, in a shell that the page's commands know nothing of. */
  readonly prepare: readonly Commands[];
  readonly checks: readonly Commands[];
}

/** A command that makes a claim untrue, so that its FAIL can be seen. */
export interface Sabotage {
  readonly line: number;
  readonly script: string;
  /** Number of the step before which it is run. */
  readonly before: number;
  /** It is run after that step instead, before its checks. */
  readonly afterwards?: boolean;
  /** Run before the cleanup, where the sabotage changes what the lesson did not make. */
  readonly undo?: string;
}

/** A clause of what the lesson proves. */
export interface Claim {
  readonly id: string;
  readonly says: string;
  /** Name of the step or check that shows that what the claim says to fail works otherwise. */
  readonly control?: string;
  readonly sabotage: Sabotage;
}

/** Which objects a picture shows, and when. */
export interface Picture {
  /** Number of the step after which it is made. */
  readonly after: number;
  readonly namespace: string;
  /** Kinds as kubectl takes them, `pods,services`. */
  readonly kinds: string;
  readonly selector?: string;
}

/** What proves the page: its `proof.yaml`. */
export interface Proof {
  readonly file: string;
  /** Ids of lessons that one should know first. */
  readonly needs: readonly string[];
  /** How long the last run took. */
  readonly seconds: number;
  /** One at the least. */
  readonly claims: readonly [Claim, ...Claim[]];
  readonly picture?: Picture;
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
  readonly proof: Proof;
  /** What stands before, between and after the steps: one more than there are steps. */
  readonly prose: readonly string[];
}

/** The languages that pages are written in. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** `02-pod` of `lessons/02-pod/README.md`. */
export const folderName = (file: string): string => basename(dirname(file));

/** Where the proof of the page is: `lessons/02-pod/proof.yaml`. */
export const proofFile = (file: string): string => file.replace(/README\.md$/, 'proof.yaml');

/** Where the page is in another language: `lessons/02-pod/README.ko.md`. */
export const translationFile = (file: string, language: Language): string =>
  file.replace(/\.md$/, `.${language}.md`);

/** A page is not what the runner can run; every problem with its file and line. */
export class PageError extends SetUpError {
  override readonly name = 'PageError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
