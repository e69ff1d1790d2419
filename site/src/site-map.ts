/** What is where on the site: written by prepare.ts, read by the configuration of VitePress. */
import type { Language } from '../../lessons/runner/lesson.ts';

/** A lesson in the list of the course. */
export interface CourseLesson {
  readonly id: string;
  readonly title: string;
  readonly route: string;
  /** What is observed; in English alone. */
  readonly proves: string;
}

export interface CourseGroup {
  readonly title: string;
  readonly lessons: readonly CourseLesson[];
}

export interface SiteMap {
  /** The file of the repository that a staged page was made from. */
  readonly sources: Readonly<Record<string, string>>;
  /** The address of each file and folder that a page may link to, for readers of that language. */
  readonly routes: Readonly<Record<Language, Readonly<Record<string, string>>>>;
  readonly course: Readonly<Record<Language, readonly CourseGroup[]>>;
  /** Of the pages, by their file. */
  readonly titles: Readonly<Record<string, string>>;
  /** Names of the reports of the last runs that are there. */
  readonly reports: readonly string[];
}
