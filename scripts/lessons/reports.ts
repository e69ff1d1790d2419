/** What is kept of a run: JSON, JUnit, and one page of HTML. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import type { RunReport } from './result.ts';

const names = { proof: 'lessons.json', sabotage: 'lessons-sabotage.json' } as const;

/** Writes reports/lessons.json (or lessons-sabotage.json), lessons-junit.xml and lessons.html; names them. */
export function writeReports(root: string, report: RunReport): string[] {
  const folder = join(root, 'reports');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return `reports/${name}`;
  };
  const json = write(
    report.sabotaged ? names.sabotage : names.proof,
    `${JSON.stringify(report, undefined, 2)}\n`,
  );
  const junit = report.sabotaged ? [] : [write('lessons-junit.xml', junitReport(report))];
  const html = write('lessons.html', htmlReport(read(folder, names.proof), read(folder, names.sabotage)));
  return [json, ...junit, html];
}

function read(folder: string, name: string): RunReport | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8')) as RunReport;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
