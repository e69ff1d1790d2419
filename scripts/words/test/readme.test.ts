/** What a reader pastes from the README exists, in both languages. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/npm run (?:--silent )?([a-z0-9:]+)/g)].map(([, name = '']) => name);
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

/** Columns of a terminal: a Korean character takes two. */
const widthOf = (line: string): number =>
  line.length + (line.match(/[\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af]/g) ?? []).length;

const blocksOf = (text: string): string[] =>
  [...text.matchAll(/^```(?:console)?\n(.*?)^```$/gms)].map(([, block = '']) => block);

describe.each(['README.md', 'README.ko.md'])('%s', (file) => {
  const text = textOf(file);

  test('has no row wider than 120 columns', () => {
    expect(text.split('\n').filter((line) => widthOf(line) > 120)).toEqual([]);
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
