/** What came of one test, fault or lesson. */
export interface Outcome {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
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

/** A suite that does not even start has no tests to count; it is a failure all the same. */
function readJest({ testResults }: JestReport): Outcome[] {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    if (assertionResults.length === 0)
      return status === 'passed' ? [] : [{ name, outcome: 'failed' as const }];
    return assertionResults.map((result) => ({ name: result.fullName, outcome: jestOutcome(result.status) }));
  });
}

function jestOutcome(status: string): Outcome['outcome'] {
  if (status === 'passed') return 'passed';
  return status === 'failed' ? 'failed' : 'not run';
}

/** Anything but the word for success is a failure. */
const judged =
  (success: string) =>
  ({ name, verdict }: { readonly name: string; readonly verdict: string }): Outcome => ({
    name,
    outcome: verdict === success ? 'passed' : 'failed',
  });

/** A lesson that cannot be proven where it ran says so, and counts neither way. */
function readLesson({ id, verdict }: { readonly id: string; readonly verdict: string }): Outcome {
  if (verdict === 'PASS') return { name: id, outcome: 'passed' };
  return { name: id, outcome: verdict === 'NOT PROVEN' ? 'not run' : 'failed' };
}

export const readers: readonly Reader[] = [
  { files: /^(jest|e2e)-[\w-]+\.json$/, read: (report) => readJest(report as JestReport) },
  {
    files: /^chaos\.json$/,
    read: (report) =>
      (report as { results: { name: string; verdict: string }[] }).results.map(judged('holds')),
  },
  {
    files: /^contract-[\w-]+\.json$/,
    read: (report) =>
      (report as { results: { name: string; verdict: string }[] }).results.map(judged('passed')),
  },
  {
    files: /^lessons\.json$/,
    read: (report) => (report as { lessons: { id: string; verdict: string }[] }).lessons.map(readLesson),
  },
];

export function count(outcomes: readonly Outcome[]): { passed: number; failed: number; notRun: number } {
  const of = (wanted: Outcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  return { passed: of('passed'), failed: of('failed'), notRun: of('not run') };
}
