/** The order of the course, and that the pages which present it follow it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { paths } from '../../../scripts/kind/names.ts';
import { readLessons } from '../library.ts';
import { languages, type Lesson } from '../lesson.ts';
import { coursePages, pathProblems, readPath, withContents } from '../path.ts';

const claim = { id: 'it', says: 'it is', sabotage: { line: 1, script: 'true', before: 1 } };
const lesson = (id: string, ...needs: string[]): Pick<Lesson, 'id' | 'proof'> => ({
  id,
  proof: { file: '', needs, seconds: 0, claims: [claim] },
});
const path = (...lessons: string[][]) =>
  lessons.map((ids, index) => ({
    id: `g${index}`,
    title: { en: `Group ${index}`, ko: '' },
    lessons: ids,
  }));

describe('a path', () => {
  test('has each lesson once, after those that it needs', () => {
    expect(pathProblems(path(['pod'], ['dns']), [lesson('pod'), lesson('dns', 'pod')])).toEqual([]);
  });

  test.each([
    ['a lesson without a place', path(['pod']), 'dns has no place'],
    ['a lesson in two groups', path(['pod', 'dns'], ['pod']), 'pod has two places'],
    ['a lesson that there is not', path(['pod', 'dns', 'pods']), 'there is no lesson pods'],
    ['a lesson before one that it needs', path(['dns', 'pod']), 'dns needs pod, which comes later'],
  ])('%s is reported', (_what, wrong, problem) => {
    expect(pathProblems(wrong, [lesson('pod'), lesson('dns', 'pod')]).join()).toContain(problem);
  });
});

test('lessons/path.yaml has each lesson once, after those that it needs', () => {
  expect(pathProblems(readPath(paths.root), readLessons(paths.root))).toEqual([]);
});

test.each(languages)(
  'the course in %s is presented by the path: npm run lessons -- --contents',
  (language) => {
    const page = readFileSync(join(paths.root, coursePages[language]), 'utf8');
    expect(page).toBe(withContents(page, paths.root, language));
  },
);
