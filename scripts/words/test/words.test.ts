import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { findingsOf, problemsOf } from '../check.ts';
import { rules } from '../rules.ts';
import { textsOfProgram } from '../texts.ts';

const found = (path: string, content: string): string[] =>
  findingsOf(path, content).map(({ line, found: word }) => `${line} ${word}`);

describe('the words', () => {
  test.each([
    ['// Nobody reads this.', 'Nobody'],
    ['/** Sells the goods of a seller. */', 'the goods'],
    ["throw new Error('is no number');", 'is no '],
    ['const text = `the static answer of ${name}`;', 'static answer'],
    ["test('whatever it is asked', () => undefined);", 'whatever'],
    ["const help = 'a stand-in for the seller';", 'stand-in'],
  ])('are found in a program: %s', (line, word) => {
    expect(found('a.ts', `const n = 1;\n${line}\n`)).toContain(`2 ${word}`);
  });

  test.each([
    'const nobody = ask(answers.reply);',
    '// A good reason, and as good as a new one: `goods` is code.',
    '// There is no number here, and it is no longer needed.',
    '// What tells them apart.',
    'const found = /nobody/.test(text) / 2 / nobody;',
    'const front = "the front door"; // in front of the shop',
    '// The upstream answers within a second, and the service answers 503.',
  ])('are not found in code and in other meanings: %s', (line) => {
    expect(found('a.ts', line)).toEqual([]);
  });

  test('are found in all of a page and a manifest, but not in backticks', () => {
    expect(found('a.md', 'One.\nAsk somebody, not `nobody`.')).toEqual(['2 Ask', '2 somebody']);
    expect(found('a.yaml', '# Nobody else\nkind: Pod')).toEqual(['1 Nobody']);
    expect(found('a.md', '이름이 같은 객체')).toEqual(['1 객체']);
  });

  test.each([
    ['a.mjs', '// Nobody reads it.'],
    ['package.json', '{ "description": "The goods of the shop" }'],
    ['.ci/run', '# Nobody else'],
    ['a.env', '# Nobody else'],
  ])('are found in %s', (path, content) => {
    expect(found(path, content)).toHaveLength(1);
  });

  test('are not looked for in the names of dependencies', () => {
    expect(found('package-lock.json', '"node_modules/reply": {}')).toEqual([]);
  });

  test('are not looked for in decisions', () => {
    expect(found('docs/decisions/0001.md', 'Nobody')).toEqual([]);
  });

  test('are all in docs/words.md', () => {
    const page = readFileSync(new URL('../../../docs/words.md', import.meta.url), 'utf8');
    const missing = rules.flatMap(({ not }) => not.split(', ')).filter((word) => !page.includes(word));
    expect(missing).toEqual([]);
  });
});

test('strings, templates and comments of a program are read, with their lines', () => {
  const program = [
    'const a = \'one\' + "two"; // three',
    'const b = `four ${a ? `five ${"six"}` : { x: 1 }} seven`;',
    "const c = a / 2; const d = /it's/.exec(a); /* eight",
    'nine */',
  ].join('\n');
  expect(textsOfProgram(program).map(({ line, text }) => `${line} ${text.trim()}`)).toEqual([
    '1 one',
    '1 two',
    '1 three',
    '2 four',
    '2 five',
    '2 six',
    '2 ',
    '2 seven',
    '3 eight\nnine',
  ]);
});

test('a finding is a line with its place, the word, and what to write', () => {
  expect(problemsOf(findingsOf('lessons/a.md', 'nobody\nsomebody'))).toEqual([
    'lessons/a.md:1: "nobody": write no client, no process …',
    'lessons/a.md:2: "somebody": write no client, no process …',
  ]);
});
