/** What a reader pastes from the README exists, in both languages. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/npm run (?:--silent )?([a-z0-9:]+)/g)].map(([, name = '']) => name);
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** Columns of a terminal: a Korean character takes two. */
const widthOf = (line: string): number =>
  line.length + (line.match(/[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af]/g) ?? []).length;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const linesOf = (folder: string): number[] =>
  globSync(`${folder}/src/**/*.ts`, { cwd: root }).map((file) => textOf(file).split('\n').length - 1);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const numberIn = (digits = ''): number => Number(digits.replace(',', ''));

const isNear = (said: number, real: number): boolean => Math.abs(said - real) <= real / 10;

const blocksOf = (text: string): string[] =>
  [...text.matchAll(/^```(?:console)?\n(.*?)^```$/gms)].map(([, block = '']) => block);

describe.each(['README.md', 'README.ko.md'])('%s', (file) => {
  const text = textOf(file);

  test('has no row wider than 120 columns', () => {
    expect(text.split('\n').filter((line) => widthOf(line) > 120)).toEqual([]);
  });

  test('says how long the code to read is, within a tenth', () => {
    const rows = [...text.matchAll(/^\d\. (?=.*\]\((?:apps|packages)\/).*?\(([\d,]+)(?: lines|줄)?\)/gm)].map(
      ([row, lines]) => ({
        row,
        said: numberIn(lines),
        files: [...row.matchAll(/\]\(((?:apps|packages)\/[a-z-]+)/g)].flatMap(([, folder = '']) =>
          linesOf(folder),
        ),
      }),
    );
    expect(rows).toHaveLength(6);
    expect(rows.filter(({ said, files }) => !isNear(said, sum(files)))).toEqual([]);
    const all = rows.flatMap(({ files }) => files);
    const [, lines] = /(?:about|약) ([\d,]+)(?: lines|줄)/.exec(text) ?? [];
    const [, count] = /(?:in|파일) (\d+)(?: files|개)/.exec(text) ?? [];
    expect([isNear(numberIn(lines), sum(all)), isNear(numberIn(count), all.length)]).toEqual([true, true]);
  });

  test('names npm scripts that exist', () => {
    const missing = commandsOf(text).filter((name) => scripts[name] === undefined);
    expect(missing).toEqual([]);
  });

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(new URL(`../../../${path}`, import.meta.url)))).toEqual([]);
  });
});

test('both languages have the same commands', () => {
  const [english, korean] = ['README.md', 'README.ko.md'].map((file) => blocksOf(textOf(file)).slice(1));
  expect(korean).toEqual(english);
});
