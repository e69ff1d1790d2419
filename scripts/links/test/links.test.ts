import { describe, expect, test } from '@jest/globals';
import { anchorsOf, linkProblems, type Tree } from '../links.ts';

const page = 'lessons/07-demo/README.md';
const texts: Readonly<Record<string, string>> = {
  [page]: '',
  'k8s/cluster.yaml': '',
  'docs/guide.md': '# Guide\n\n## How to start\n\n## `npm start`: 한국어!\n\n## How to start\n',
};
const tree: Tree = { files: new Set(Object.keys(texts)), read: (file) => texts[file] ?? '' };
const problemsOf = (markdown: string): string[] => linkProblems(tree, page, markdown);

test.each([
  '[a](../../k8s/cluster.yaml#L3)',
  '[a](../../k8s) [b](../../k8s/) [c](../..) [d](.) [e](./README.md)',
  '[a](https://x.example/none.md#none) [b](mailto:a@b.example)',
  '[a](../../docs/guide.md#how-to-start) [b](../../docs/guide.md#how-to-start-1)',
  '[a](../../docs/guide.md#npm-start-한국어) [b](../../docs/guide.md#)',
  '# Here\n\n[a](#here)',
])('a link that resolves: %j', (markdown) => {
  expect(problemsOf(markdown)).toEqual([]);
});

test.each([
  ['a missing file', '[a](../../k8s/none.yaml#L3)', '../../k8s/none.yaml leads nowhere'],
  ['another case of letters', '[a](../../k8s/Cluster.yaml)', '../../k8s/Cluster.yaml leads nowhere'],
  ['a path outside', '[a](../../../k8s/cluster.yaml)', '../../../k8s/cluster.yaml leads nowhere'],
  ['a file as a folder', '[a](README.md/none)', 'README.md/none leads nowhere'],
  ['a missing heading', '[a](../../docs/guide.md#start)', '../../docs/guide.md#start leads to no heading'],
  ['a missing heading here', '# Here\n\n[a](#there)', '#there leads to no heading'],
  ['a heading by its words', '[a](<../../docs/guide.md#How to start>)', '#How to start leads to no heading'],
])('reported is %s', (_case, markdown, problem) => {
  expect(problemsOf(markdown)).toEqual([expect.stringContaining(problem)]);
  expect(problemsOf(markdown)[0]).toMatch(/^lessons\/07-demo\/README\.md: the link to /);
});

test('every link of a page is reported', () => {
  expect(problemsOf('[a](none.md) ![b](none.png)\n\n| c |\n| - |\n| [c](none) |')).toHaveLength(3);
});

describe('P4: pages are read as CommonMark', () => {
  test.each([
    ['by a reference', '[a][b]\n\n[b]: ../../k8s/none.yaml "title"', '../../k8s/none.yaml'],
    ['in angle brackets', '[a](<no file.md>)', 'no file.md'],
    ['of another alphabet', '[a](한국어.md)', '한국어.md'],
    ['of an image', '![a](none.png)', 'none.png'],
    ['with a title', "[a](none.md#there 'title')", 'none.md'],
  ])('a link %s is a link', (_case, markdown, target) => {
    expect(problemsOf(markdown)).toEqual([`${page}: the link to ${target} leads nowhere`]);
  });

  test.each(['~~~\n[a](none.md)\n~~~', '`[a](none.md)`', '<!-- [a](none.md) -->', '    [a](none.md)'])(
    '%j has no link',
    (markdown) => {
      expect(problemsOf(markdown)).toEqual([]);
    },
  );
});

test('the names of headings are those that GitHub makes', () => {
  const markdown = '# A *b* `c_d` (e)\n\nSet-ext & more\n---\n\n### A b c_d e\n\n    # code\n\n> # quoted';
  expect([...anchorsOf(markdown)]).toEqual(['a-b-c_d-e', 'set-ext--more', 'a-b-c_d-e-1', 'quoted']);
});
