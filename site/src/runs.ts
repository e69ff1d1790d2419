/** What the last runs found out: reports/, where there is one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LessonResult, RunReport } from '../../lessons/runner/result.ts';

export interface Runs {
  readonly startedAt: string;
  readonly commit: string;
  readonly byId: ReadonlyMap<string, LessonResult>;
}

/** @returns nothing where no run was recorded. */
export function readRuns(root: string): Runs | undefined {
  const file = join(root, 'reports/lessons.json');
  if (!existsSync(file)) return undefined;
  const report = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunReport>;
  if (!report.lessons || report.startedAt === undefined || report.commit === undefined) return undefined;
  return {
    startedAt: report.startedAt,
    commit: report.commit,
    byId: new Map(report.lessons.map((lesson) => [lesson.id, lesson])),
  };
}

/** Reports that are pages themselves, by the name that the site gives them. */
export const reportPages = (root: string): string[] =>
  ['lessons', 'chaos'].filter((name) => existsSync(join(root, `reports/${name}.html`)));
