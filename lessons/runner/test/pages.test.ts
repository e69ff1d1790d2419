/** The pages that there are: everything about them that needs no cluster. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { paths } from '../../../scripts/kind/names.ts';
import { fileProblems, pasteProblems, repeatProblems } from '../checks.ts';
import { translationFile } from '../lesson.ts';
import { readLessons } from '../library.ts';
import { findingsOf } from '../../../scripts/words/check.ts';
import { frameProblems, typingProblems } from '../page-rules.ts';
import { portabilityProblems } from '../portable.ts';
import { pageIn, readTranslation } from '../translation.ts';

const lessons = readLessons(paths.root);
const read = (file: string): string => readFileSync(join(paths.root, file), 'utf8');

describe.each(lessons.map((lesson) => [lesson.file, lesson] as const))('%s', (file, lesson) => {
  test('can be pasted, and its files are there', () => {
    expect([
      ...pasteProblems(lesson),
      ...repeatProblems(lesson),
      ...fileProblems(paths.root, lesson),
    ]).toEqual([]);
  });

  test('is in the table of lessons/README.md', () => {
    expect(read('lessons/README.md')).toContain(`](${file.replace('lessons/', '')})`);
  });

  test('R5: runs with the tools of macOS and of other shells, too', () => {
    expect(portabilityProblems(lesson)).toEqual([]);
  });

  test('P4: has the blocks that its lines show: each between two lines of ``` at the margin', () => {
    const source = read(file);
    const blocks = [...source.matchAll(/^```(bash|output)\b[^\n]*\n([^]*?)^```$/gm)].map(
      ([, language, text = '']) => ({ language, text: text.replace(/\n$/, '') }),
    );
    expect(
      lesson.steps.flatMap(({ script, expected }) => [
        { language: 'bash', text: script },
        ...(expected === undefined ? [] : [{ language: 'output', text: expected }]),
      ]),
    ).toEqual(blocks);
  });

  const korean = translationFile(file, 'ko');
  test('has a Korean page that keeps up, and is in the table of lessons/README.ko.md by its title', () => {
    expect(readTranslation(lesson, korean, read(korean)).problems).toEqual([]);
    const { title } = pageIn(paths.root, lesson, 'ko');
    expect(read('lessons/README.ko.md')).toContain(`[${title}](${korean.replace('lessons/', '')})`);
  });
});

describe.each(lessons.map((lesson) => [lesson.file, lesson] as const))('%s, for people', (file, lesson) => {
  const korean = translationFile(file, 'ko');

  test('its commands are those that a person types', () => {
    expect(typingProblems(lesson)).toEqual([]);
  });

  test('both of its pages have the whole frame', () => {
    expect([
      ...frameProblems(lesson, lessons, 'en', file, read(file)),
      ...frameProblems(lesson, lessons, 'ko', korean, read(korean)),
    ]).toEqual([]);
  });

  test('none of its files has a word that docs/words.md replaces', () => {
    const files = globSync(`${dirname(file)}/**/*.{md,yaml}`, { cwd: paths.root });
    const findings = files.flatMap((path) => findingsOf(path, read(path)));
    expect(findings.map(({ path, line, found }) => `${path}:${line}: ${found}`)).toEqual([]);
  });
});

test('every Korean page is of a lesson', () => {
  const files = globSync('lessons/[0-9]*/README.ko.md', { cwd: paths.root });
  expect(files).not.toEqual([]);
  const known = new Set(lessons.map(({ file }) => translationFile(file, 'ko')));
  expect(files.filter((file) => !known.has(file))).toEqual([]);
});

test('no two lessons have the same number', () => {
  expect(new Set(lessons.map(({ number }) => number)).size).toBe(lessons.length);
});
