import { describe, expect, test } from '@jest/globals';
import { PageError } from '../lesson.ts';
import { readPage } from '../page.ts';

const file = 'lessons/02-pod.md';
/** Fences, without having to escape them here. */
const page = (text: string): string => text.replaceAll("'''", '```');
const good = page(`---
proves: two containers share a pod
touches: namespace
---

# Pod

Why.

'''bash
echo a
echo b
'''

'''output within 20s
a
…
'''

<!-- sabotage: rm -f x -->

Between.

'''yaml
kind: Pod
'''

'''bash limit 90s
false
'''

'''output fails
'''

## Clean up

'''bash cleanup
echo gone
'''

After.
`);

const problemsOf = (source: string, name = file): readonly string[] => {
  try {
    readPage(name, source);
  } catch (error) {
    if (error instanceof PageError) return error.problems;
    throw error;
  }
  return [];
};

describe('a page', () => {
  const lesson = readPage(file, good);

  test('has its number and id from its name, and the rest from its front matter', () => {
    expect(lesson).toMatchObject({
      number: 2,
      id: 'pod',
      title: 'Pod',
      proves: 'two containers share a pod',
      touches: 'namespace',
    });
  });

  test('has steps, each with its line, its limits and what it prints', () => {
    expect(lesson.steps).toEqual([
      {
        number: 1,
        line: 10,
        kind: 'run',
        script: 'echo a\necho b',
        limitMs: 30_000,
        expected: 'a\n…',
        withinMs: 20_000,
        mustFail: false,
      },
      { number: 2, line: 28, kind: 'run', script: 'false', limitMs: 90_000, expected: '', mustFail: true },
      {
        number: 3,
        line: 37,
        kind: 'cleanup',
        script: 'echo gone',
        limitMs: 120_000,
        mustFail: false,
      },
    ]);
  });

  test('has prose around its steps, with illustrations and without sabotage', () => {
    expect(lesson.prose.map((text) => text.trim())).toEqual([
      '# Pod\n\nWhy.',
      'Between.\n\n```yaml\nkind: Pod\n```',
      '## Clean up',
      'After.',
    ]);
  });

  test('knows where its sabotage is run', () => {
    expect(lesson.sabotage).toEqual({ line: 20, script: 'rm -f x', before: 2 });
  });
});

test.each<[string, string, string]>([
  ['no sabotage', good.replace(/<!--.*-->\n/, ''), ':5: no <!-- sabotage: COMMAND -->: nobody knows'],
  ['no cleanup', good.replace('bash cleanup', 'bash'), ':5: it touches namespace and has no ```bash cleanup'],
  ['no title', good.replace('# Pod', 'Pod'), ':5: no title'],
  ['no claim', good.replace(/^proves.*\n/m, ''), ':1: front matter: proves is missing'],
  ['an unknown reach', good.replace('touches: namespace', 'touches: all'), ':1: front matter: touches has'],
  ['an unknown word', good.replace('output fails', 'output fail'), ':32: unknown word "fail"'],
  ['a time without a unit', good.replace('within 20s', 'within 20'), ':15: within wants a time'],
  ['a block that is not closed', `${good}\n\`\`\`bash\n`, ':43: the block is not closed'],
  ['an output of nothing', good.replace('After.', page("'''output\n'''")), ':41: an output has to follow'],
  ['a sabotage that nothing follows', sabotageLast(), ':35: no step comes after the sabotage'],
])('a page with %s is refused', (_case, source, problem) => {
  expect(problemsOf(source)).toEqual([expect.stringContaining(problem)]);
});

function sabotageLast(): string {
  return good.replace(/<!--.*-->\n\n/, '').replace('## Clean up', '## Clean up\n\n<!-- sabotage: true -->');
}

test('a page of another name is refused', () => {
  expect(problemsOf(good, 'lessons/pod.md')).toEqual(['the name of a lesson is NN-<id>.md']);
});

test('every problem of a page is named at once', () => {
  const source = good.replace('# Pod', 'Pod').replace('output fails', 'output fail');
  expect(problemsOf(source)).toHaveLength(2);
});
