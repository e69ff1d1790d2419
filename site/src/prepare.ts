/** Writes what VitePress reads: the pages as Markdown, images and reports, and where everything is. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readChallenges } from '../../lessons/challenges/runner/challenge.ts';
import { languages, type Language, type Lesson } from '../../lessons/runner/lesson.ts';
import { contentsOf, coursePages, replaceContents } from '../../lessons/runner/path.ts';
import { pageIn } from '../../lessons/runner/translation.ts';
import { challengesMarkdown } from './challenge-pages.ts';
import { homeMarkdown } from './home.ts';
import { lessonMarkdown, pictureOf } from './lesson-pages.ts';
import { titleOf, withFields } from './markdown.ts';
import { readRuns, reportPages } from './runs.ts';
import type { CourseGroup, SiteMap } from './site-map.ts';
import { sourceMarkdown } from './source-pages.ts';
import { isImageFile, languageOf, readTree, routeOf, routeOfTarget, stagedFile, type Tree } from './tree.ts';

const mapFile = 'map.json';

/** @param root of the repository. @param folder where it is written to; what is there is removed. */
export function prepare(root: string, folder: string): SiteMap {
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const tree = readTree(root);
  const runs = readRuns(root);
  const course = { en: courseOf(root, 'en'), ko: courseOf(root, 'ko') };
  const lessons = new Map(
    contentsOf(root, 'en').flatMap(({ entries }) => entries.map(({ lesson }) => [lesson.file, lesson])),
  );
  const sources: Record<string, string> = {};
  const titles: Record<string, string> = {};

  for (const page of tree.pages) {
    const language = languageOf(page);
    const text = pageText(tree, page, lessons.get(page.replace('.ko.md', '.md')), runs);
    const route = routeOf(page);
    sources[stagedFile(route)] = page;
    titles[page] = titleOf(text) ?? page;
    write(stagedFile(route), withFields(fieldsOf(page, lessons, language), text));
  }
  for (const path of tree.linked) {
    if (isImageFile(path)) {
      mkdirSync(dirname(join(folder, 'public', routeOf(path))), { recursive: true });
      cpSync(join(root, path), join(folder, 'public', routeOf(path)));
      continue;
    }
    const route = routeOfTarget(tree, path, 'en');
    if (!route.startsWith('/source/')) continue;
    sources[stagedFile(route)] = path;
    write(stagedFile(route), withFields({ search: false, outline: false }, sourceMarkdown(tree, path)));
  }
  // The menu of languages leads to the same address in the other one.
  for (const [staged, source] of Object.entries(sources)) {
    if (staged.startsWith('ko/') || sources[`ko/${staged}`] !== undefined) continue;
    const title = titles[source] ?? source;
    const link = routeOfTarget(tree, source, 'en');
    const text = `# ${title}\n\n이 문서는 영어로만 있다: [${title}](${link})`;
    write(`ko/${staged}`, withFields({ search: false, outline: false }, text));
  }
  for (const language of languages)
    write(stagedFile(language === 'en' ? '/' : '/ko/'), homeMarkdown(language, course[language]));
  for (const { file, picture } of runs?.byId.values() ?? [])
    if (picture !== undefined) write(`public${pictureOf({ file })}`, picture);
  const reports = reportPages(root);
  for (const name of reports)
    write(
      `public/reports/${name}.html`,
      withoutLinks(readFileSync(join(root, `reports/${name}.html`), 'utf8')),
    );

  const targets = [...tree.pages, ...tree.linked];
  const routes = Object.fromEntries(
    languages.map((language) => [
      language,
      Object.fromEntries(targets.map((path) => [path, routeOfTarget(tree, path, language)])),
    ]),
  ) as SiteMap['routes'];
  const map: SiteMap = { sources, routes, course, titles, reports };
  write(mapFile, JSON.stringify(map));
  return map;
}

function courseOf(root: string, language: Language): CourseGroup[] {
  return contentsOf(root, language).map(({ group, entries }) => ({
    title: group.title[language],
    lessons: entries.map(({ lesson, file, title }) => ({
      id: lesson.id,
      title,
      route: routeOf(file),
      proves: lesson.proves,
    })),
  }));
}

function pageText(
  tree: Tree,
  page: string,
  lesson: Lesson | undefined,
  runs: ReturnType<typeof readRuns>,
): string {
  const language = languageOf(page);
  if (lesson !== undefined)
    return lessonMarkdown(lesson, pageIn(tree.root, lesson, language).prose, language, runs);
  const text = readFileSync(join(tree.root, page), 'utf8');
  if (page === coursePages[language]) return withCourseFirst(replaceContents(text, coursePath));
  if (page.startsWith('lessons/challenges/')) {
    const titles = new Map(
      contentsOf(tree.root, language).flatMap(({ entries }) =>
        entries.map(({ lesson: { id }, title, file }) => [id, { title, route: routeOf(file) }] as const),
      ),
    );
    const [forReaders = ''] = text.split('\n## ');
    return `${forReaders.trim()}\n\n${challengesMarkdown(readChallenges(tree.root), titles, language)}`;
  }
  return text;
}

const coursePath = '<CoursePath />';

/** What readers come for stands before how they run it. */
function withCourseFirst(text: string): string {
  const first = text.indexOf('\n## ');
  const list = text.indexOf(coursePath);
  const heading = text.lastIndexOf('\n## ', list);
  const end = list + coursePath.length;
  return `${text.slice(0, first)}\n\n${coursePath}\n${text.slice(first, heading)}\n${text.slice(end)}`;
}

const fieldsOf = (
  page: string,
  lessons: ReadonlyMap<string, Lesson>,
  language: Language,
): Record<string, unknown> => {
  const lesson = lessons.get(page.replace('.ko.md', '.md'));
  return lesson === undefined ? {} : { lesson: lesson.id, lang: language };
};

/** Reports link to files beside them, which are not on the site. */
const withoutLinks = (html: string): string => html.replace(/<a href="\.\.\/[^"]*">([^<]*)<\/a>/g, '$1');
