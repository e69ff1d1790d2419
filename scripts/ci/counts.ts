import { stripVTControlCharacters } from 'node:util';
import type { Verdict } from '@shop/testing/report';

/** The result of one test, fault or lesson. */
export interface Outcome {
  readonly name: string;
  readonly verdict: Verdict;
  /** Why it failed, in a line; empty where it did not fail, or the report does not say. */
  readonly why: string;
}

interface Reader {
  /** Names of the reports it understands. */
  readonly files: RegExp;
  readonly read: (report: unknown) => readonly Outcome[];
}

interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    /** What a suite says that did not start, or could not clean up. */
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** A suite that cannot start, or cannot clean up, is a failure, too. */
function readJest({ testResults }: JestReport): Outcome[] {
  return testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const isSuiteBroken =
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed');
    const suite: Outcome[] = isSuiteBroken ? [{ name, verdict: 'failed', why: inALine(message) }] : [];
    const tests = assertionResults.map(({ fullName, status: result, failureMessages = [] }) => ({
      name: fullName,
      verdict: jestVerdict(result),
      why: failureMessages.map(inALine).join('; '),
    }));
    return [...tests, ...suite];
  });
}

function jestVerdict(status: string): Verdict {
  if (status === 'passed') return 'passed';
  return status === 'failed' ? 'failed' : 'not proven';
}

/** Its lines up to the stack, or the code, that follows, without colours. */
function inALine(message: string): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .map((line) => line.trim());
  const end = lines.findIndex((line) => /^at |^(?:> )?\d+ \|/.test(line));
  const kept = end === -1 ? lines : lines.slice(0, end);
  return kept.filter(Boolean).join(' ').slice(0, 400);
}

interface Judged {
  readonly verdict: string;
  /** Of a fault: what must hold, and what was found. */
  readonly findings?: readonly { readonly text: string; readonly holds: boolean; readonly found: string }[];
  /** Of an operation. */
  readonly reason?: string;
  /** Of a lesson. */
  readonly problems?: readonly string[];
}

function outcomeOf(name: string, { verdict, findings = [], reason = '', problems = [] }: Judged): Outcome {
  const broken = findings.filter(({ holds }) => !holds).map(({ text, found }) => `${text} (found: ${found})`);
  return {
    name,
    // Any other word counts as a failure.
    verdict: verdict === 'passed' || verdict === 'not proven' ? verdict : 'failed',
    why: [...broken, reason, ...problems.map(inALine)].filter(Boolean).join('; '),
  };
}

export const readers: readonly Reader[] = [
  { files: /^(jest|e2e)-[\w-]+\.json$/, read: (report) => readJest(report as JestReport) },
  {
    files: /^(chaos|contract-[\w-]+)\.json$/,
    read: (report) =>
      (report as { results: readonly (Judged & { name: string })[] }).results.map((result) =>
        outcomeOf(result.name, result),
      ),
  },
  {
    files: /^lessons\.json$/,
    read: (report) =>
      (report as { lessons: readonly (Judged & { id: string })[] }).lessons.map((lesson) =>
        outcomeOf(lesson.id, lesson),
      ),
  },
];

export function count(outcomes: readonly Outcome[]): Readonly<Record<Verdict, number>> {
  const of = (wanted: Verdict) => outcomes.filter(({ verdict }) => verdict === wanted).length;
  return { passed: of('passed'), failed: of('failed'), 'not proven': of('not proven') };
}
