import { describe, expect, test } from '@jest/globals';
import { readPage } from '../page.ts';
import { assemble, proseHash, readTranslation } from '../translation.ts';

const fences = (text: string): string => text.replaceAll("'''", '```');
const english = (why: string) =>
  fences(`---
proves: it
touches: nothing
---

# Demo

${why}

'''bash
echo a
'''

'''output
a
'''

<!-- sabotage: true -->

'''bash
echo b
'''

The end.
`);
const lesson = readPage('lessons/07-demo/README.md', english('Because of that.'));
const file = 'lessons/07-demo/README.ko.md';
const korean = (source = proseHash(lesson)) => `---
source: ${source}
---

# 보기

그래서 그렇다.

[▶ 1](README.md#demo)

[▶ 2](README.md)

끝.
`;
const problemsOf = (markdown: string) => readTranslation(lesson, file, markdown).problems;

test('a translation that keeps up has its prose around the same blocks', () => {
  const { prose, problems } = readTranslation(lesson, file, korean());
  expect(problems).toEqual([]);
  expect(prose.map((text) => text.trim())).toEqual(['# 보기\n\n그래서 그렇다.', '', '끝.']);
});

test('the whole page has the translation’s prose and the lesson’s blocks', () => {
  const { prose } = readTranslation(lesson, file, korean());
  expect(assemble(lesson, prose)).toBe(
    fences(`# 보기

그래서 그렇다.

'''bash
echo a
'''

'''text
a
'''

'''bash
echo b
'''

끝.
`),
  );
});

describe('reported is a translation', () => {
  test('that lags behind the English prose', () => {
    const older = readPage('lessons/07-demo/README.md', english('For another reason.'));
    expect(problemsOf(korean(proseHash(older)))).toEqual([
      expect.stringMatching(/it lags: .* write "source: en-[0-9a-f]{12}" into/),
    ]);
  });

  test.each<[string, string, string]>([
    ['that names no source', korean('').replace(/^source.*\n/m, ''), 'made from nothing that it names'],
    ['that lacks a block', korean().replace(/\[▶ 2\].*\n/, ''), '1 blocks are named, and lessons/07'],
    ['with blocks in another order', korean().replace('▶ 1', '▶ 3'), ':9: block 3 stands where block 1'],
    [
      'that leads elsewhere',
      korean().replace('README.md)', '../08-x/README.md)'),
      'it has to lead to README.md',
    ],
    ['with its own commands', `${korean()}\n\`\`\`bash\nls\n\`\`\`\n`, 'commands are shared, not copied'],
  ])('%s', (_case, markdown, problem) => {
    expect(problemsOf(markdown)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('P4: a translation is read as CommonMark', () => {
  test.each([
    ['tildes', '~~~bash\nls\n~~~'],
    ['four backticks', '````output\nls\n````'],
    ['a list', '- so:\n\n  ```bash\n  ls\n  ```'],
  ])('its own commands, with %s, are reported', (_case, block) => {
    expect(problemsOf(`${korean()}\n${block}\n`)).toEqual([
      expect.stringContaining('commands are shared, not copied'),
    ]);
  });

  test.each([
    ['in a comment', '<!--\n\n[▶ 1](README.md)\n\n```bash\nls\n```\n\n-->'],
    ['in a block', '~~~text\n[▶ 1](README.md)\n```bash\n~~~'],
  ])('what stands %s is not a block of commands', (_case, text) => {
    expect(problemsOf(`${korean()}\n${text}\n`)).toEqual([]);
  });

  test('its lines may end in CR LF', () => {
    expect(readTranslation(lesson, file, korean().replaceAll('\n', '\r\n'))).toEqual(
      readTranslation(lesson, file, korean()),
    );
  });
});

test('P4: the whole page keeps commands that hold a fence', () => {
  const source = english('Why.')
    .replace('echo a', "cat <<'E'\n```\nE")
    .replace(/```(bash|output)?$/gm, '````$1');
  const holding = readPage('lessons/07-demo/README.md', source.replace('\n````\nE', '\n```\nE'));
  const whole = assemble(holding, holding.prose);
  expect(whole).toContain("````bash\ncat <<'E'\n```\nE\n````\n");
});

test('a lesson whose links lead elsewhere needs no new translation, one whose links have other words does', () => {
  const [here, there, other] = ['[this](a.md)', '[this](../b.md#c)', '[that](a.md)'].map((link) =>
    proseHash(readPage('lessons/07-demo/README.md', english(`Because of ${link}.`))),
  );
  expect(there).toBe(here);
  expect(other).not.toBe(here);
});

test('a lesson whose lines are broken elsewhere needs no new translation', () => {
  const rewrapped = readPage('lessons/07-demo/README.md', english('Because\nof   that.'));
  expect(proseHash(rewrapped)).toBe(proseHash(lesson));
});
