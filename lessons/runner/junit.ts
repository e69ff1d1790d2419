import { escapeHtml } from '@shop/testing/report';
import { isRight, nameOf, type LessonResult, type RunReport } from './result.ts';

/** The format that CI systems show: a test case per lesson, or per sabotage. What is not proven is not a success there. */
export function junitReport({ lessons, seconds, startedAt, sabotaged }: RunReport): string {
  const suite = sabotaged ? 'sabotage' : 'lessons';
  const failures = lessons.filter((lesson) => !isRight(lesson)).length;
  const skipped = lessons.filter((lesson) => isRight(lesson) && isUnproven(lesson)).length;
  const cases = lessons.map((lesson) => {
    const { file, seconds } = lesson;
    return `    <testcase classname="${suite}" name="${nameOf(lesson)}" file="${file}" time="${seconds}">${bodyOf(lesson)}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${suite}" tests="${lessons.length}" failures="${failures}" ` +
      `skipped="${skipped}" time="${seconds}" timestamp="${startedAt}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const isUnproven = ({ verdict }: LessonResult): boolean => verdict === 'not proven';

function bodyOf(lesson: LessonResult): string {
  const { noticed, problems, sabotage = '' } = lesson;
  if (isRight(lesson))
    return isUnproven(lesson) ? `<skipped message="not proven: ${escapeHtml(problems.join('; '))}"/>` : '';
  const message =
    noticed === undefined ? problems.join('; ') : [`${noticed}: ${sabotage}`, ...problems].join('; ');
  return `<failure message="${escapeHtml(message)}">${escapeHtml(details(lesson))}</failure>`;
}

/** Command, expected, came, and the cluster around it. */
function details({ steps, surroundings }: LessonResult): string {
  const failed = steps.flatMap(({ script, expected, came, exitCode, problem }) =>
    problem === undefined
      ? []
      : [
          [
            script,
            problem,
            `expected:\n${expected ?? '(success)'}`,
            `came${exitCode === undefined ? '' : ` (exit code ${exitCode})`}:\n${came || '(nothing)'}`,
          ].join('\n'),
        ],
  );
  return [...failed, ...(surroundings === undefined ? [] : [surroundings])].join('\n\n');
}
