import { escaped } from './markup.ts';
import type { LessonResult, RunReport } from './result.ts';

/** The format that CI systems show: a test case per lesson. */
export function junitReport({ lessons, seconds, startedAt }: RunReport): string {
  const count = (verdict: LessonResult['verdict']) =>
    lessons.filter((lesson) => lesson.verdict === verdict).length;
  const cases = lessons.map(({ id, file, verdict, seconds, problems, steps }) => {
    const failed = steps.filter(({ problem }) => problem !== undefined);
    const details = failed.map(({ script, expected, came }) =>
      [`$ ${script}`, `expected:\n${expected ?? '(success)'}`, `came:\n${came}`].join('\n'),
    );
    const body =
      verdict === 'PASS'
        ? ''
        : verdict === 'NOT PROVEN'
          ? `<skipped message="${escaped(problems.join('; '))}"/>`
          : `<failure message="${escaped(problems.join('; '))}">${escaped(details.join('\n\n'))}</failure>`;
    return `    <testcase classname="lessons" name="${id}" file="${file}" time="${seconds}">${body}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="lessons" tests="${lessons.length}" failures="${count('FAIL')}" ` +
      `skipped="${count('NOT PROVEN')}" time="${seconds}" timestamp="${startedAt}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
