/** The table of docs/failure-modes.md, from the last run's figures. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Result } from '../judge/result.ts';
import type { Report } from './files.ts';
import { duration } from './table.ts';

export const failureModesFile = fileURLToPath(new URL('../../../docs/failure-modes.md', import.meta.url));
const begin = '<!-- npm run chaos -- --docs: from here -->';
const end = '<!-- to here -->';

/** @throws when the page has no place for it. */
export async function writeFailureModes(report: Report, file = failureModesFile): Promise<void> {
  await writeFile(file, withTable(await readFile(file, 'utf8'), report));
}

/** @throws when the page has no place for it. */
export function withTable(page: string, report: Report): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/failure-modes.md lacks "${begin}" or, after it, "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${table(report)}\n\n${page.slice(to)}`;
}

function table({ conditions, results }: Report): string {
  const rows = [
    ['what fails', 'what the client sees', 'the last run', 'shown by'],
    ...results.map((result) => [
      result.title,
      result.clientSees,
      lastRun(result),
      `\`tests/chaos/faults/${result.name}.ts\``,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const about = `${conditions['requests a second']} requests a second from ${conditions['clients']} clients, ${conditions['machine']}.`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), '', about].join(
    '\n',
  );
}

function lastRun({ verdict, figures, recoverMs, findings }: Result): string {
  const { failed, requests, fallbacks, latency } = figures.during;
  const parts = [
    failed === 0 ? `none of ${requests} failed` : `${failed} of ${requests} failed`,
    ...(fallbacks === 0 ? [] : [`${fallbacks} stand-ins`]),
    `p99 ${duration(figures.before.latency.p99Ms)} → ${duration(latency.p99Ms)} → ${duration(figures.after.latency.p99Ms)}`,
    ...(recoverMs === 0 ? [] : [`restored after ${duration(recoverMs)}`]),
  ];
  if (verdict === 'holds') return parts.join(', ');
  const broken = findings.filter(({ holds }) => !holds).map(({ text, found }) => `${text} (${found})`);
  return `${parts.join(', ')}. **Does not hold**: ${broken.join('; ')}`.replaceAll('|', '/');
}
