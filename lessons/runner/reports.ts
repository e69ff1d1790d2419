/** What is kept of a run: JSON, JUnit, and one page of HTML. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { folderName } from './lesson.ts';
import type { RunReport } from './result.ts';

const names = { proof: 'lessons', sabotage: 'lessons-sabotage' } as const;

/** Writes lessons.json and lessons-junit.xml (or lessons-sabotage.json, -junit.xml), and lessons.html; names them. */
export function writeReports(root: string, report: RunReport): string[] {
  const folder = join(root, 'reports');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return `reports/${name}`;
  };
  const name = report.sabotaged ? names.sabotage : names.proof;
  const json = write(`${name}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  const junit = write(`${name}-junit.xml`, junitReport(report));
  const html = write('lessons.html', htmlReport(read(folder, names.proof), read(folder, names.sabotage)));
  const pictures = report.lessons.flatMap(({ file, picture }) =>
    picture === undefined ? [] : [write(`lessons-${folderName(file)}.svg`, picture)],
  );
  return [json, junit, html, ...pictures];
}

function read(folder: string, name: string): RunReport | undefined {
  try {
    const report = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Partial<RunReport>;
    // An earlier version of this program wrote another form.
    return report.lessons && report.notRun ? (report as RunReport) : undefined;
  } catch (error) {
    // None yet, or one that was cut off while it was written.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
