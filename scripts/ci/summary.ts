/**
 * Adds up the reports in reports/ (jest's, the chaos tests', the lessons') and ends with `N passed, N failed`. Exit
 * code 1 when something failed, a suite did not run, or there is no report at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { count, readers } from './counts.ts';

const folder = 'reports';
let passed = 0;
let failed = 0;
for (const file of readdirSync(folder).sort()) {
  const reader = readers.find(({ files }) => files.test(file));
  if (!reader) continue;
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { readonly isCached?: boolean };
  const outcomes = reader.read(report);
  const counts = count(outcomes);
  passed += counts.passed;
  failed += counts.failed;
  const notProven = counts['not proven'] === 0 ? '' : `, ${counts['not proven']} not proven`;
  const from = report.isCached === true ? ' (of an earlier run with the same inputs)' : '';
  console.log(`${file}: ${counts.passed} passed, ${counts.failed} failed${notProven}${from}`);
  for (const { name, verdict, why } of outcomes)
    if (verdict === 'failed') console.log(`  failed: ${name}${why && `: ${why}`}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
