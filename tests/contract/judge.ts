import type { OpenApi } from '@shop/testing/openapi';
import { operationsOf } from '@shop/testing/openapi';

/** One line of schemathesis's NDJSON report, with the members that matter here. */
interface Event {
  readonly ScenarioFinished?: {
    readonly phase: string;
    readonly status: string;
    readonly recorder: {
      readonly label: string;
      readonly cases?: Readonly<
        Record<
          string,
          { readonly value: { readonly meta?: { readonly generation?: { readonly mode: string } } } }
        >
      >;
    };
  };
}

/** Its JSON report, with the members that matter here. */
export interface RunReport {
  readonly complete: boolean;
  readonly exit_code: number;
  readonly errors: readonly unknown[];
  readonly operations: { readonly total: number; readonly tested: number };
  readonly warnings: Readonly<Record<string, unknown>>;
}

export interface Result {
  readonly name: string;
  readonly verdict: 'passed' | 'failed';
  /** Why it failed. */
  readonly reason?: string;
}

export interface Judgement {
  readonly results: readonly Result[];
  /** How many requests had valid and how many invalid data. */
  readonly cases: { readonly positive: number; readonly negative: number };
}

/** Examples from the document, edge cases of each schema, random data: every operation goes through each phase. */
const phases = ['examples', 'coverage', 'fuzzing'];
const stateful = 'stateful';

/** Warnings about the document. The others depend on chance and on the shop's content. */
const seriousWarnings = [
  'base_url_mismatch',
  'missing_auth',
  'missing_deserializer',
  'unresolvable_reference',
  'unsupported_regex',
  'unused_openapi_auth',
];

/**
 * Judges a run of schemathesis: each operation in each phase, the sequences of operations, and the run as a whole. An
 * operation that was skipped, could not be generated or did not finish is a failure.
 * @param service the document's; the names of the results begin with it.
 */
export function judge(
  service: string,
  document: OpenApi,
  events: Iterable<unknown>,
  report: RunReport | undefined,
): Judgement {
  const statuses = new Map<string, Set<string>>();
  const cases = { positive: 0, negative: 0 };
  for (const { ScenarioFinished: scenario } of events as Iterable<Event>) {
    if (!scenario) continue;
    const { phase, status, recorder } = scenario;
    const key = phase === stateful ? stateful : `${recorder.label}, ${phase}`;
    statuses.set(key, (statuses.get(key) ?? new Set()).add(status));
    for (const { value } of Object.values(recorder.cases ?? {})) {
      const mode = value.meta?.generation?.mode;
      if (mode === 'positive' || mode === 'negative') cases[mode] += 1;
    }
  }
  const expected = Object.keys(operationsOf(document));
  const keys = [...expected.flatMap((name) => phases.map((phase) => `${name}, ${phase}`)), stateful];
  const results = keys.map((key) => result(`${service}: ${key}`, reasonOf(statuses.get(key))));
  return {
    results: [...results, result(`${service}: the whole run`, whyUnsound(report, expected.length))],
    cases,
  };
}

const result = (name: string, reason: string | undefined): Result =>
  reason === undefined ? { name, verdict: 'passed' } : { name, verdict: 'failed', reason };

/** A sequence without a usable next step is skipped. That is not a failure as long as others have one. */
function reasonOf(statuses: ReadonlySet<string> = new Set()): string | undefined {
  const bad = [...statuses].filter((status) => status !== 'success' && status !== 'skip');
  if (bad.length > 0) return bad.join(', ');
  return statuses.has('success') ? undefined : 'not run';
}

function whyUnsound(report: RunReport | undefined, operations: number): string | undefined {
  if (report === undefined) return 'schemathesis wrote no report';
  const warnings = seriousWarnings.filter((name) => Object.keys(report.warnings[name] ?? {}).length > 0);
  const reasons = [
    report.complete ? '' : 'it did not come to its end',
    report.exit_code === 0 ? '' : `exit code ${report.exit_code}`,
    report.errors.length === 0 ? '' : `${report.errors.length} errors`,
    report.operations.tested === operations
      ? ''
      : `${report.operations.tested} of ${operations} operations tested`,
    ...warnings.map((name) => `warning ${name}`),
  ].filter(Boolean);
  return reasons.length === 0 ? undefined : reasons.join(', ');
}
