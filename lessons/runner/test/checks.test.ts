import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { fileProblems, pasteProblems, repeatProblems } from '../checks.ts';
import type { Lesson } from '../lesson.ts';

const lesson = (script: string, rest: object = {}) =>
  ({ file: 'lessons/07-demo/README.md', steps: [{ line: 9, script, ...rest }] }) as unknown as Lesson;

describe('a block can be pasted', () => {
  test.each([
    'kubectl get pods -l "tier!=db"',
    'if [ "$X" != y ]; then echo a; fi',
    'echo $((1 + 1)) # a remark',
    "kubectl apply -f - <<'END'\nkind: Pod\nEND",
  ])('%j', (script) => {
    expect(pasteProblems(lesson(script))).toEqual([]);
  });
});

describe('a block cannot be pasted', () => {
  test.each([
    ['$ kubectl get pods', 'a prompt would be pasted'],
    ['a\tb', 'a tab is completed'],
    ['exit 1', 'it would close the terminal'],
    ['echo "Hello, world!x"', 'a terminal takes !'],
    ['read NAME', 'it would wait for the keyboard'],
    ['echo “x”', 'only looks like'],
    ['set -e', 'change the terminal for good'],
    ['kubectl --context kind-shop get pods', 'the context is chosen once'],
    ['if true; then', 'bash cannot read it'],
  ])('%j', (script, problem) => {
    const [first] = pasteProblems(lesson(script));
    expect(first).toContain('lessons/07-demo/README.md:9: ');
    expect(first).toContain(problem);
  });
});

describe('a block that waits is repeated', () => {
  const waits = { withinMs: 10_000, mustFail: false };
  test.each([
    'kubectl get pods\nkubectl -n a delete pod target --now',
    'kubectl --kubeconfig=$JANE create rolebinding x --user=joe',
    'kubectl run x --image=y',
  ])('and may not contain %j', (script) => {
    expect(repeatProblems(lesson(script, waits))).toEqual([
      expect.stringContaining('README.md:9: what waits'),
    ]);
    expect(repeatProblems(lesson(script, { mustFail: false }))).toEqual([]);
    expect(repeatProblems(lesson(script, { ...waits, mustFail: true }))).toEqual([]);
  });
  test.each([
    'kubectl auth can-i delete pods',
    'kubectl delete pod x --ignore-not-found',
    'kubectl get pods',
    'kubectl apply -f x.yaml',
  ])('and may contain %j', (script) => {
    expect(repeatProblems(lesson(script, waits))).toEqual([]);
  });
});

describe('in a repository', () => {
  const root = mkdtempSync(join(tmpdir(), 'lessons-test-'));
  afterAll(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'lessons/07-demo'), { recursive: true });
  mkdirSync(join(root, 'k8s'));
  writeFileSync(join(root, 'k8s/kind.yaml'), '');

  test('missing files of commands are reported', () => {
    const script = 'kubectl apply -f k8s/kind.yaml -f lessons/07-demo/pod.yaml -f /tmp/lessons/x.yaml';
    expect(fileProblems(root, lesson(script))).toEqual([
      'lessons/07-demo/README.md:9: there is no lessons/07-demo/pod.yaml',
    ]);
  });
});
