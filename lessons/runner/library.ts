/** The pages that there are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PageError, type Lesson } from './lesson.ts';
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
  const proof = join(root, dirname(file), 'proof.yaml');
  const text = existsSync(proof) ? readFileSync(proof, 'utf8') : undefined;
  return readPage(file, readFileSync(join(root, file), 'utf8'), text);
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
      if (error instanceof PageError) problems.push(error.message);
      else if ((error as NodeJS.ErrnoException).code === 'ENOENT') problems.push(`there is no ${file}`);
      else throw error;
    }
  }
  if (problems.length > 0) throw new PageError(folder, problems);
  return lessons;
}
