import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { explain, tableDisplay } from '../console.ts';
import { htmlReport } from '../html.ts';
import { junitReport } from '../junit.ts';
import { isRight, judgeSabotage, noticed, type LessonResult, type RunReport } from '../result.ts';

const passed: LessonResult = {
  number: 2,
  id: 'pod',
  file: 'lessons/02-pod/README.md',
  title: 'Pod',
  proves: 'containers share a pod',
  touches: 'namespace',
  verdict: 'passed',
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
      proves: ['shared'],
    },
  ],
  problems: [],
  untidy: [],
};
const failed: LessonResult = {
  ...passed,
  id: 'taint',
  verdict: 'failed',
  problems: ['lessons/32-taint/README.md:9: it printed more than expected'],
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
      proves: ['shared'],
      problem: 'it printed more than expected',
    },
  ],
};
const unproven: LessonResult = {
  ...passed,
  id: 'vol-network',
  verdict: 'not proven',
  problems: ['no NFS client in this kernel'],
};
const shared = { id: 'shared', says: 'they share it' };
const sabotaged = { claim: shared, sabotage: 'rm x' };
const unnoticed: LessonResult = { ...passed, ...sabotaged, noticed: 'not noticed' };
const report: RunReport = {
  startedAt: '2026-01-01T00:00:00.000Z',
  commit: '0123456789abcdef',
  cluster: 'kind-shop',
  sabotaged: false,
  seconds: 9.6,
  lessons: [passed, failed, unproven],
  notRun: ['rbac', 'netpol'],
};

test('JUnit has a case per lesson, failures with command, expectation, what came, and the cluster', () => {
  const xml = junitReport(report);
  expect(xml).toContain('tests="3" failures="1" skipped="1"');
  expect(xml).toContain(
    '<testcase classname="lessons" name="pod" file="lessons/02-pod/README.md" time="3.2"></testcase>',
  );
  expect(xml).toContain(
    '>kubectl get pods\nit printed more than expected\nexpected:\nnone\ncame (exit code 0):\nsome\n\npod/x Pending</failure>',
  );
  expect(xml).toContain('<skipped message="not proven: no NFS client in this kernel"/>');
  expect(xml).not.toContain('\u0007');
});

describe('the page', () => {
  const sabotage = { ...passed.steps[0]!, kind: 'sabotage' as const };
  const turned: LessonResult = {
    ...failed,
    ...sabotaged,
    noticed: 'noticed',
    steps: [sabotage, ...failed.steps],
  };
  const html = htmlReport(report, { ...report, sabotaged: true, lessons: [unnoticed, turned] });

  test('has every command with what it printed, and a link to its line', () => {
    expect(html).toContain('echo &quot;&lt;&amp;&gt;&quot;');
    expect(html).toContain('<pre>&lt;&amp;&gt;</pre>');
    expect(html).toContain('href="../lessons/02-pod/README.md#L12"');
    expect(html).toContain('1 passed, 1 failed, 1 not proven here');
  });

  test('says what it does not know, and why', () => {
    expect(html).toMatch(
      /href="#vol-network">Pod<\/a> <span class="badge not-proven">not proven<\/span> no NFS client/,
    );
    expect(html).toContain('Not run, so nothing is said about them: rbac, netpol.');
  });

  test('has of a failure what was expected, what came, and the cluster', () => {
    const failure = html.slice(html.indexOf('<details id="taint" open>'));
    expect(failure).toMatch(
      /kubectl get pods[\s\S]*<pre>none<\/pre>[\s\S]*exit code 0[\s\S]*<pre>some<\/pre>/,
    );
    expect(failure).toContain('<pre>pod/x Pending</pre>');
  });

  test('needs nothing else', () => {
    expect(html).not.toMatch(/<link|@import|src=|url\(|https?:/);
  });

  test('has blocks of commands that hold nothing but the commands', () => {
    const blocks = [...html.matchAll(/<pre class="command">([^]*?)<\/pre>/g)].map(([, text]) => text);
    expect(blocks).toEqual([
      'echo &quot;&lt;&amp;&gt;&quot;',
      'kubectl get pods',
      'echo &quot;&lt;&amp;&gt;&quot;',
    ]);
  });

  test('says of every sabotage whether it was noticed', () => {
    expect(html).toMatch(
      /pod\/shared<\/a><br><small>they share it<\/small><\/td><td><span class="badge not-noticed">not noticed/,
    );
    expect(html).toMatch(
      /taint\/shared<\/a><br><small>they share it<\/small><\/td><td><span class="badge noticed">noticed/,
    );
    expect(html).toContain('1 of 2 were noticed');
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
    ['is not noticed by what proves another claim', [sabotage, { ...wrong, proves: ['other'] }], false],
    ['is not what was interrupted', [sabotage, { ...step, problem: 'interrupted' }], false],
  ])('%s', (_case, steps, expected) => {
    expect(noticed(steps, shared)).toBe(expected);
  });

  const turned: LessonResult = { ...failed, ...sabotaged, steps: [sabotage, wrong] };

  test('that was noticed is right only when everything was put back', () => {
    const left = { ...turned, untidy: ['left behind: Namespace x'] };
    expect([turned, left, passed].map((result) => judgeSabotage(result, shared))).toEqual([
      'noticed',
      'left behind',
      'not noticed',
    ]);
    expect(isRight({ ...turned, noticed: 'noticed' })).toBe(true);
    expect(isRight({ ...left, noticed: 'left behind' })).toBe(false);
  });

  test('has a line in the terminal, and no more unless something is wrong', () => {
    let text = '';
    const display = tableDisplay({ write: (part) => (text += part), live: false });
    display.lessonEnded({ ...turned, noticed: 'noticed' });
    expect(stripVTControlCharacters(text)).toBe(
      '  2  taint/shared  noticed         3.2  lessons/32-taint/README.md:9: it printed more than expected\n',
    );
    text = '';
    display.lessonEnded(unnoticed);
    expect(stripVTControlCharacters(text)).toMatch(
      /pod\/shared +not noticed +3.2 {2}Pod\n.*no step after[^]*rm x/,
    );
  });

  test('is a case in JUnit, failed unless it was noticed', () => {
    const lessons: LessonResult[] = [{ ...turned, noticed: 'noticed' }, unnoticed];
    const xml = junitReport({ ...report, sabotaged: true, lessons });
    expect(xml).toContain('<testsuite name="sabotage" tests="2" failures="1" skipped="0"');
    expect(xml).toContain('<failure message="not noticed: rm x">');
  });
});
