import { describe, expect, test } from '@jest/globals';
import { readPage } from '../page.ts';
import { frameProblems, minutesOf, typingProblems } from '../page-rules.ts';

const file = 'lessons/07-demo/README.md';
const proof = `proves: it
touches: nothing
needs: [pod]
seconds: 61
claims: { made: { says: it is made, sabotage: { before: make, run: 'true' } } }
steps: { make: { proves: made } }
`;
const pageOf = (script: string): string => `# Demo

- **Goals**: see it.
- **Before this**: [Pod](../02-pod/README.md)
- **Time**: about 2 minutes
- **In the running shop**: nothing changes.
- **Official page**: [Pods](https://kubernetes.io/docs/concepts/workloads/pods/)
- **Start again**: \`npm run lessons -- --reset demo\`

## Where the shop uses it

## See it

\`\`\`bash make
${script}
\`\`\`

## What goes wrong without it

## Clean up

## Questions

<details>
<summary>Why?</summary>

Because.

</details>
`;

describe('commands in view', () => {
  test.each([
    'kubectl get pods -l app=web -o wide',
    'kubectl exec client -- curl -s http://server:8080/',
    'kubectl patch service web -p \'{"spec":{"selector":{"track":"canary"}}}\'',
    "curl -s 'http://localhost:8080/?[1-20]' | sort | uniq -c",
    "kubectl exec pair -c server -- sh -c 'echo changed > /shared/page.txt'",
  ])('%s is typed by a person', (script) => {
    expect(typingProblems(readPage(file, pageOf(script), proof))).toEqual([]);
  });

  test.each([
    [`echo ${'x'.repeat(100)}`, '105 characters'],
    ["kubectl get pod a -o jsonpath='{.status.podIP}'", 'a template'],
    ["kubectl exec a -- node -e 'console.log(1)'", 'a program in quotes'],
    ["kubectl exec a -- sh -c 'echo | nc a 80 && echo open'", 'a program in quotes'],
    ["kubectl get pods | awk '{ print $1 }'", 'a program in quotes'],
    ['reach() { kubectl get pods; }', 'a function'],
    ['while true; do kubectl get pods; done', 'a loop'],
    ['unset -f kubectl', 'what only a test needs'],
  ])('%s is not', (script, problem) => {
    expect(typingProblems(readPage(file, pageOf(script), proof))).toEqual([
      expect.stringContaining(`${file}:14: ${problem}`),
    ]);
  });
});

describe('the frame', () => {
  const page = pageOf('kubectl get pods');
  const lesson = readPage(file, page, proof);
  const others = [{ ...lesson, id: 'pod', file: 'lessons/02-pod/README.md' }];
  const problems = (markdown: string) => frameProblems(lesson, others, 'en', file, markdown);

  test('is complete', () => {
    expect(problems(page)).toEqual([]);
  });

  test('has a time made of reading, typing and what the last run took', () => {
    expect(minutesOf(lesson)).toBe(2);
    expect(minutesOf({ ...lesson, prose: ['word '.repeat(1800)] })).toBe(12);
  });

  test.each([
    ['a goal', page.replace('- **Goals**: see it.\n', ''), 'no "- **Goals**: …"'],
    ['a heading', page.replace('## See it', '## Look'), 'its headings have to be'],
    ['the time', page.replace('about 2', 'about 3'), 'its time has to be "about 2 minutes"'],
    ['a lesson to know first', page.replace('../02-pod/', '../03-yaml/'), 'has no link to the lesson pod'],
    ['the official page', page.replace('https://kubernetes.io/docs/', 'https://example.org/'), 'no link to'],
    [
      'the way back',
      page.replace('--reset demo', '--reset'),
      'it has to name npm run lessons -- --reset demo',
    ],
    ['answers', page.replace('<details>', '<div>'), 'no question that'],
  ])('without %s is reported', (_case, markdown, problem) => {
    expect(problems(markdown)).toContainEqual(expect.stringContaining(problem));
  });

  test('of a Korean page leads to Korean pages', () => {
    expect(frameProblems(lesson, others, 'ko', 'README.ko.md', page)).toContainEqual(
      expect.stringContaining('links to the English page'),
    );
  });
});
