/**
 * Adds up the JSON reports of every jest run in reports/ and closes with `N passed, N failed`.
 * Exit code 1 when a test failed, a suite did not run, or there is no report at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const folder = 'reports';
const files = readdirSync(folder).filter((name) => /^(jest|e2e)-[\w-]+\.json$/.test(name));
let passed = 0;
let failed = 0;
for (const file of files.sort()) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JestReport;
  passed += report.numPassedTests;
  // A suite that does not even start has no tests to count; it is a failure all the same.
  failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  const pending = report.numPendingTests === 0 ? '' : `, ${report.numPendingTests} not run`;
  console.log(`${file}: ${report.numPassedTests} passed, ${report.numFailedTests} failed${pending}`);
  for (const { assertionResults } of report.testResults) {
    for (const { status, fullName } of assertionResults)
      if (status === 'failed') console.log(`  failed: ${fullName}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
