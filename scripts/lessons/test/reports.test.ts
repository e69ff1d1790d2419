import { describe, expect, test } from '@jest/globals';
import { explain } from '../console.ts';
import { htmlReport } from '../html.ts';
import { junitReport } from '../junit.ts';
import { noticed, type LessonResult, type RunReport } from '../result.ts';

const passed: LessonResult = {
  number: 2,
  id: 'pod',
  file: 'lessons/02-pod.md',
  title: 'Pod',
  proves: 'containers share a pod',
  touches: 'namespace',
  verdict: 'PASS',
  seconds: 3.2,
  steps: [
    {
      number: 1,
      line: 12,
      kind: 'run',
      script: 'echo "<&>"',
      came: '<&>',
      exitCode: 0,
      attempts: 2,
      seconds: 1,
    },
  ],
  problems: [],
  sabotage: 'rm x',
};
const failed: LessonResult = {
  ...passed,
  id: 'taint',
  verdict: 'FAIL',
  problems: ['lessons/32-taint.md:9: it printed more than expected'],
  surroundings: 'pod/x Pending',
  steps: [
    {
      number: 1,
      line: 9,
      kind: 'run',
      script: 'kubectl get pods',
      expected: 'none\u0007',
      came: 'some\u0007',
      exitCode: 0,
      attempts: 1,
      seconds: 1,
      problem: 'it printed more than expected',
    },
  ],
};
const unproven: LessonResult = {
  ...passed,
  id: 'vol-network',
  verdict: 'NOT PROVEN',
  problems: ['no NFS client in this kernel'],
};
const report: RunReport = {
  startedAt: '2026-01-01T00:00:00.000Z',
  commit: '0123456789abcdef',
  cluster: 'kind-shop',
  sabotaged: false,
  seconds: 9.6,
  lessons: [passed, failed, unproven],
};

test('JUnit has a case per lesson, failures with command, expectation and what came', () => {
  const xml = junitReport(report);
  expect(xml).toContain('tests="3" failures="1" skipped="1"');
  expect(xml).toContain(
    '<testcase classname="lessons" name="pod" file="lessons/02-pod.md" time="3.2"></testcase>',
  );
  expect(xml).toContain('$ kubectl get pods\nexpected:\nnone\ncame:\nsome</failure>');
  expect(xml).toContain('<skipped message="no NFS client in this kernel"/>');
  expect(xml).not.toContain('\u0007');
});

describe('the page', () => {
  const sabotage = { ...passed.steps[0]!, kind: 'sabotage' as const };
  const turned = { ...failed, steps: [sabotage, ...failed.steps] };
  const html = htmlReport(report, { ...report, sabotaged: true, lessons: [passed, turned] });

  test('has every command with what it printed, and a link to its line', () => {
    expect(html).toContain('echo &quot;&lt;&amp;&gt;&quot;');
    expect(html).toContain('<pre>&lt;&amp;&gt;</pre>');
    expect(html).toContain('href="../lessons/02-pod.md#L12"');
    expect(html).toContain('1 passed, 1 failed, 1 not provable here');
  });

  test('needs nothing else', () => {
    expect(html).not.toMatch(/<script|<link|@import|src=|url\(/);
  });

  test('says of every sabotage whether it was noticed', () => {
    expect(html).toMatch(/<td>pod<\/td>[\s\S]*?NOT NOTICED/);
    expect(html).toMatch(/<td>taint<\/td>[\s\S]*?FAIL/);
  });
});

test('a terminal shows of a failure: command, expected, came, and the cluster', () => {
  const text = explain(failed);
  for (const part of ['kubectl get pods', 'none', 'some', 'exit code 0', 'pod/x Pending', ':9: it printed'])
    expect(text).toContain(part);
  expect(explain(passed)).toBe('');
});

describe('a sabotage', () => {
  const step = passed.steps[0]!;
  const wrong = { ...step, problem: 'something else came' };
  const sabotage = { ...step, kind: 'sabotage' as const };
  const cleanup = { ...wrong, kind: 'cleanup' as const };

  test.each([
    ['is noticed by a step after it', [step, sabotage, step, wrong], true],
    ['is not what failed before it', [wrong], false],
    ['is not what failed while cleaning up', [sabotage, step, cleanup], false],
    ['has to work itself', [{ ...wrong, kind: 'sabotage' as const }], false],
    ['is not noticed when everything goes on as before', [sabotage, step], false],
  ])('%s', (_case, steps, expected) => {
    expect(noticed({ steps })).toBe(expected);
  });
});
