import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPage } from '../page.ts';
import { assemble, pageIn, readTranslation } from '../translation.ts';

const fences = (text: string): string => text.replaceAll("'''", '```');
const page = fences(`# Demo

Because of that.

'''bash a
echo a
'''

'''output
a
'''

'''bash b
echo b
'''

The end.
`);
const proof = `proves: it
touches: nothing
seconds: 1
claims: { it: { says: it is, sabotage: { before: a, run: 'true' } } }
steps: { a: { proves: it } }
`;
const lesson = readPage('lessons/07-demo/README.md', page, proof);
const file = 'lessons/07-demo/README.ko.md';
const korean = page
  .replace('# Demo', '# 보기')
  .replace('Because of that.', '그래서 그렇다.')
  .replace('The end.', '끝.');
const inKorean = ['# 보기\n\n그래서 그렇다.', '', '끝.'];

test('the whole page has the translation’s prose and the lesson’s blocks', () => {
  const { prose, problems } = readTranslation(lesson, file, korean);
  expect(problems).toEqual([]);
  expect(assemble(lesson, prose)).toBe(
    korean.replaceAll('```output', '```text').replaceAll(/bash [ab]$/gm, 'bash'),
  );
});

test('P4: its lines may end in CR LF', () => {
  expect(readTranslation(lesson, file, korean.replaceAll('\n', '\r\n'))).toEqual(
    readTranslation(lesson, file, korean),
  );
});

test('P4: the whole page keeps commands that hold a fence', () => {
  const source = page.replace(/^```(bash.*|output)?$/gm, '````$1').replace('echo a', "cat <<'E'\n```\nE");
  const holding = readPage('lessons/07-demo/README.md', source, proof);
  expect(assemble(holding, holding.prose)).toContain("````bash\ncat <<'E'\n```\nE\n````\n");
});

describe('the page in a language', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'translation-'));
    mkdirSync(join(root, dirname(file)), { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true }));
  const english = { file: lesson.file, title: 'Demo', prose: lesson.prose };

  test('is the English one while there is no other', () => {
    expect(pageIn(root, lesson, 'ko')).toEqual(english);
  });

  test('is the English one where the other has other blocks', () => {
    writeFileSync(join(root, file), korean.slice(0, korean.indexOf('```bash b')));
    expect(pageIn(root, lesson, 'ko')).toEqual(english);
  });

  test('has that language’s title and prose', () => {
    writeFileSync(join(root, file), korean);
    const { prose, ...rest } = pageIn(root, lesson, 'ko');
    expect(rest).toEqual({ file, title: '보기' });
    expect(prose.map((text) => text.trim())).toEqual(inKorean);
    expect(pageIn(root, lesson, 'en')).toEqual(english);
  });
});
