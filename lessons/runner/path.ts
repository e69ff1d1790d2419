/** The order in which the lessons are learnt: lessons/path.yaml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { folder, readLessons } from './library.ts';
import type { Language, Lesson } from './lesson.ts';
import { pageIn } from './translation.ts';

type Text = Readonly<Record<Language, string>>;

export interface Group {
  readonly id: string;
  readonly title: Text;
  /** Ids, in the order in which they are learnt. */
  readonly lessons: readonly string[];
}

const pathFile = `${folder}/path.yaml`;

/** @returns its groups, in the order in which they are learnt. */
export function readPath(root: string): readonly Group[] {
  const path = parse(readFileSync(join(root, pathFile), 'utf8')) as { readonly groups: readonly Group[] };
  return path.groups;
}

/** @returns why the lessons cannot be learnt in this order; a line each. */
export function pathProblems(
  groups: readonly Group[],
  lessons: readonly Pick<Lesson, 'id' | 'proof'>[],
): string[] {
  const order = groups.flatMap((group) => group.lessons);
  const known = new Set(lessons.map(({ id }) => id));
  const twice = order.filter((id, index) => order.indexOf(id) !== index);
  const unknown = order.filter((id) => !known.has(id));
  const missing = lessons.filter(({ id }) => !order.includes(id));
  const early = lessons.flatMap(({ id, proof }) =>
    proof.needs
      .filter((need) => order.includes(need) && order.indexOf(need) > order.indexOf(id))
      .map((need) => `${id} needs ${need}, which comes later: move one of them`),
  );
  return [
    ...twice.map((id) => `${id} has two places`),
    ...unknown.map((id) => `there is no lesson ${id}`),
    ...missing.map(({ id }) => `${id} has no place: add it to the group that it belongs to`),
    ...early,
  ].map((problem) => `${pathFile}: ${problem}`);
}

/** A lesson as a table of contents shows it. */
export interface Entry {
  readonly lesson: Lesson;
  /** The page in that language, or the English one where there is no other. */
  readonly file: string;
  readonly title: string;
}

/** The groups with their lessons that have a page, in one language. */
export function contentsOf(
  root: string,
  language: Language,
): { readonly group: Group; readonly entries: readonly Entry[] }[] {
  const lessons = new Map(readLessons(root).map((lesson) => [lesson.id, lesson]));
  return readPath(root).map((group) => ({
    group,
    entries: group.lessons.flatMap((id) => {
      const lesson = lessons.get(id);
      if (lesson === undefined) return [];
      const { file, title } = pageIn(root, lesson, language);
      return [{ lesson, file, title }];
    }),
  }));
}

const begin = '<!-- from path.yaml, by `npm run lessons -- --contents` -->';
const end = '<!-- until here -->';

/** The page with its list of lessons as lessons/path.yaml has it. */
export function withContents(page: string, root: string, language: Language): string {
  const groups = contentsOf(root, language).map(({ group, entries }, index) => {
    const lines = entries.map(({ file, title, lesson }) => {
      const link = `- [${title}](${file.replace(`${folder}/`, '')})`;
      return language === 'en' ? `${link}: ${lesson.proves}` : link;
    });
    return `### ${index + 1}. ${group.title[language]}\n\n${lines.join('\n')}`;
  });
  return replaceContents(page, `${begin}\n\n${groups.join('\n\n')}\n\n${end}`);
}

/** The page with something else than its list of lessons, marks included. */
export function replaceContents(page: string, text: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`There are no lines "${begin}" and "${end}" in the page`);
  return page.slice(0, from) + text + page.slice(to + end.length);
}

/** The pages that present the course, by language. */
export const coursePages: Readonly<Record<Language, string>> = {
  en: `${folder}/README.md`,
  ko: `${folder}/README.ko.md`,
};
