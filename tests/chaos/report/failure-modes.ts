/** The table of docs/failure-modes.md, from the last run's figures. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { table } from '@shop/testing/report';
import type { Result } from '../judge/result.ts';
import type { Report } from './report.ts';
import { duration } from './terminal.ts';

export const failureModesFile = fileURLToPath(new URL('../../../docs/failure-modes.md', import.meta.url));
const begin = '<!-- npm run chaos -- --docs: from here -->';
const end = '<!-- to here -->';

/** A fault, whether it was run or not. */
type Known = Pick<Result, 'name' | 'title' | 'clientSees'>;

/** @throws when the page has no place for it. */
export async function writeFailureModes(faults: readonly Known[], report: Report): Promise<void> {
  await writeFile(failureModesFile, withTable(await readFile(failureModesFile, 'utf8'), faults, report));
}

/** @throws when the page has no place for it. */
export function withTable(page: string, faults: readonly Known[], report: Report): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/failure-modes.md lacks "${begin}" or, after it, "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${markdown(faults, report)}\n\n${page.slice(to)}`;
}

function markdown(faults: readonly Known[], { conditions, results }: Report): string {
  const head = ['what fails', 'the worst that a client may see', 'what happened in the last run', 'fault'];
  const rows = faults.map(({ name, title, clientSees }) => [
    title,
    clientSees,
    lastRun(results.find((result) => result.name === name)),
    `[${name}](../tests/chaos/faults/${name}.ts)`,
  ]);
  const [titles, ...lines] = table([head, ...rows], { gap: ' | ', border: ['| ', ' |'] }).split('\n');
  const rule = titles?.replace(/[^|]/g, '-').replace(/-(?=\|)|(?<=\|)-/g, ' ');
  const about =
    `Last run: ${String(conditions['ended']).slice(0, 10)}, at commit ${conditions['revision']}. ` +
    `${conditions['requests a second']} requests a second from ${conditions['clients']} clients, ${conditions['machine']}.`;
  return [titles, rule, ...lines, '', about].join('\n');
}

function lastRun(result: Result | undefined): string {
  if (!result) return 'not run';
  const { verdict, figures, recoverMs, findings } = result;
  const { failed, requests, fallbacks, latency } = figures.during;
  const parts = [
    failed === 0 ? `none of ${requests} failed` : `${failed} of ${requests} failed`,
    ...(fallbacks === 0 ? [] : [`${fallbacks} ${fallbacks === 1 ? 'fallback' : 'fallbacks'}`]),
    `p99 ${duration(figures.before.latency.p99Ms)} → ${duration(latency.p99Ms)} → ${duration(figures.after.latency.p99Ms)}`,
    ...(recoverMs === 0 ? [] : [`restored after ${duration(recoverMs)}`]),
  ];
  if (verdict === 'passed') return parts.join(', ');
  const broken = findings.filter(({ holds }) => !holds).map(({ text, found }) => `${text} (${found})`);
  return `${parts.join(', ')}. **Does not hold**: ${broken.join('; ')}`.replaceAll('|', '/');
}
