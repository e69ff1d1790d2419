/** reports/chaos.json, reports/chaos.html and reports/chaos/<fault>.ndjson. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '../judge/result.ts';
import type { RequestRecord } from '../load/record.ts';
import { page } from './page.ts';

const folder = fileURLToPath(new URL('../../../reports', import.meta.url));
export const jsonFile = join(folder, 'chaos.json');
export const htmlFile = join(folder, 'chaos.html');

export interface Report {
  /** What the figures depend on: rate, clients, seed, machine, versions. */
  readonly conditions: Readonly<Record<string, string | number>>;
  readonly results: readonly Result[];
}

/** @throws when the file is there and is not a report. */
export async function readReport(file = jsonFile): Promise<Report | undefined> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Report) : undefined;
}

/** Adds results to the report: those of the same faults are replaced, others stay. @param order names in their order. */
export function merge(
  before: Report | undefined,
  { conditions, results }: Report,
  order: readonly string[],
): Report {
  const all = new Map([...(before?.results ?? []), ...results].map((result) => [result.name, result]));
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return {
    conditions,
    results: [...all.values()].sort((a, b) => rank(a.name) - rank(b.name)),
  };
}

export async function writeReport(report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(jsonFile, `${JSON.stringify(report, undefined, 1)}\n`);
  await writeFile(htmlFile, page(report));
}

/** Every request of one fault's run, one a line. */
export async function writeRecords(name: string, records: readonly RequestRecord[]): Promise<void> {
  await mkdir(join(folder, 'chaos'), { recursive: true });
  const text = records.map((record) => JSON.stringify(record)).join('\n');
  await writeFile(join(folder, 'chaos', `${name}.ndjson`), `${text}\n`);
}
