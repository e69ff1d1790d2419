/** The pages that there are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PageError, proofFile, type Lesson } from './lesson.ts';
import { readPage } from './page.ts';

export const folder = 'lessons';

/** The pages, in the order of the concepts. */
export const lessonFiles = (root: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => /^\d/.test(name))
    .sort()
    .map((name) => `${folder}/${name}/README.md`);

/** @throws {PageError} */
export function readLesson(root: string, file: string): Lesson {
  const missing = [file, proofFile(file)].filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new PageError(missing.map((path) => `there is no ${path}`));
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  return readPage(file, read(file), read(proofFile(file)));
}

/**
 * Reads every page, in the order of the concepts.
 * @throws {PageError} with the problems of all pages.
 */
export function readLessons(root: string): Lesson[] {
  const lessons: Lesson[] = [];
  const problems: string[] = [];
  for (const file of lessonFiles(root)) {
    try {
      lessons.push(readLesson(root, file));
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new PageError(problems);
  return lessons;
}
