import type { Verdict } from '@shop/testing/report';

/** The result of one test, fault or lesson. */
export interface Outcome {
  readonly name: string;
  readonly verdict: Verdict;
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
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A suite that cannot start has no tests to count, but is a failure. */
function readJest({ testResults }: JestReport): Outcome[] {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    if (assertionResults.length === 0)
      return status === 'passed' ? [] : [{ name, verdict: 'failed' as const }];
    return assertionResults.map((result) => ({ name: result.fullName, verdict: jestVerdict(result.status) }));
  });
}

function jestVerdict(status: string): Verdict {
  if (status === 'passed') return 'passed';
  return status === 'failed' ? 'failed' : 'not proven';
}

interface Judged {
  readonly verdict: string;
}

/** Any other word counts as a failure. */
const verdictOf = ({ verdict }: Judged): Verdict =>
  verdict === 'passed' || verdict === 'not proven' ? verdict : 'failed';

export const readers: readonly Reader[] = [
  { files: /^(jest|e2e)-[\w-]+\.json$/, read: (report) => readJest(report as JestReport) },
  {
    files: /^(chaos|contract-[\w-]+)\.json$/,
    read: (report) =>
      (report as { results: readonly (Judged & { name: string })[] }).results.map((result) => ({
        name: result.name,
        verdict: verdictOf(result),
      })),
  },
  {
    files: /^lessons\.json$/,
    read: (report) =>
      (report as { lessons: readonly (Judged & { id: string })[] }).lessons.map((lesson) => ({
        name: lesson.id,
        verdict: verdictOf(lesson),
      })),
  },
];

export function count(outcomes: readonly Outcome[]): Readonly<Record<Verdict, number>> {
  const of = (wanted: Verdict) => outcomes.filter(({ verdict }) => verdict === wanted).length;
  return { passed: of('passed'), failed: of('failed'), 'not proven': of('not proven') };
}
