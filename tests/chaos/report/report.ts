/** reports/chaos.json, reports/chaos.html, which is one file that needs nothing else, and reports/chaos/<fault>.ndjson. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { escapeHtml } from '@shop/testing/report';
import { run } from '../../../scripts/support/run.ts';
import type { Result } from '../judge/result.ts';
import type { LoadOptions } from '../load/load.ts';
import type { RequestRecord } from '../load/operations.ts';
import type { Pace } from '../load/pace.ts';
import { lanes, latencyChart, requestsChart, style, type Span } from './charts.ts';
import { duration, percent } from './terminal.ts';

const folder = fileURLToPath(new URL('../../../reports', import.meta.url));
const jsonFile = join(folder, 'chaos.json');
export const htmlFile = join(folder, 'chaos.html');

export interface Report {
  /** What the figures depend on: rate, clients, seed, machine, versions. */
  readonly conditions: Readonly<Record<string, string | number>>;
  readonly results: readonly Result[];
}

/** @throws when the file is there and is not a report. */
export async function readReport(file = jsonFile): Promise<Report | undefined> {
  if (!existsSync(file)) return undefined;
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  // An earlier version of this program wrote other verdicts.
  return report.results.every(({ verdict }) => ['passed', 'failed'].includes(verdict)) ? report : undefined;
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

/** What the figures depend on. */
export async function conditionsOf(
  options: Pick<LoadOptions, 'clients' | 'seed'> & { readonly pace: Pace },
  url: string,
): Promise<Record<string, string | number>> {
  return {
    'requests a second': String(options.pace),
    clients: options.clients,
    seed: options.seed,
    through: url,
    machine: `${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, shared by load and cluster`,
    'load of the machine': `${loadavg()[2]?.toFixed(1) ?? '?'} (15 minutes)`,
    node: process.version,
    revision: await run('git', ['rev-parse', '--short', 'HEAD']).catch(() => 'unknown'),
    ended: new Date().toISOString(),
  };
}

export function page({ conditions, results }: Report): string {
  const good = results.filter(({ verdict }) => verdict === 'passed').length;
  const facts = Object.entries(conditions).map(
    ([name, value]) => `${escapeHtml(name)}: ${escapeHtml(String(value))}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Chaos: ${good} of ${results.length} faults as they should be</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>What clients see when the shop breaks</h1>
<p>${good} of ${results.length} faults are as they should be. ${facts.join(' · ')}</p>
<p class="legend"><span class="live">answered</span> <span class="fallback">answered with a fallback</span>
<span class="failed">failed</span> <span class="p50">p50</span> <span class="p99">p99</span>
<span class="fault">the fault</span></p>
<p class="legend">Pods, nodes and breakers, where they changed: <span class="live">ready, closed</span>
<span class="waits">starting</span> <span class="fallback">ending, half-open</span> <span class="failed">not ready, open</span></p>
</header>
<nav><table>
<thead><tr><th>fault<th>available<th>failed<th>fallbacks<th>p99 before<th>during<th>after<th>noticed<th>restored</tr></thead>
<tbody>
${results.map(row).join('\n')}
</tbody>
</table></nav>
<main>
${results.map(section).join('\n')}
</main>
</body>
</html>
`;
}

const row = ({
  name,
  title,
  verdict,
  figures,
  detectMs,
  recoverMs,
}: Result): string => `<tr class="${verdict}">
<th><a href="#${escapeHtml(name)}">${escapeHtml(name)}</a><small>${escapeHtml(title)}</small></th>
<td>${percent(figures.during.availability)}<td>${figures.during.failed}<td>${figures.during.fallbacks}
<td>${duration(figures.before.latency.p99Ms)}<td>${duration(figures.during.latency.p99Ms)}<td>${duration(figures.after.latency.p99Ms)}
<td>${detectMs === undefined ? '–' : duration(detectMs)}<td>${duration(recoverMs)}</tr>`;

const fact = (label: string, value: string): string => `<span>${label} <b>${escapeHtml(value)}</b></span>`;

/** One fault on the page: its figures, what it was judged by, and its timeline. */
function section(result: Result): string {
  const { name, title, knownAs, clientSees, startedAt, verdict, findings, figures, services, times, notes } =
    result;
  const { before, during, after } = figures;
  const span: Span = { toMs: times.to, faultFromMs: times.faultFrom, faultToMs: times.faultTo };
  const p99s = [before, during, after].map(({ latency }) => duration(latency.p99Ms)).join(' → ');
  const p50s = [before, during, after].map(({ latency }) => duration(latency.p50Ms)).join(' → ');
  return `<section id="${escapeHtml(name)}" class="${verdict}">
<h2>${escapeHtml(name)}</h2>
<p>${escapeHtml(title)}${knownAs === undefined ? '' : ` <small>(${escapeHtml(knownAs)})</small>`}.
A client sees ${inline(clientSees)}.</p>
<div class="figures">
${fact('available', percent(during.availability))}
${fact('product', percent(services.product.availability))}
${fact('user', percent(services.user.availability))}
${fact('failed', `${during.failed} of ${during.requests}`)}
${fact('fallbacks', String(during.fallbacks))}
${fact('p50', p50s)}
${fact('p99', p99s)}
${fact('slowest', duration(during.latency.maxMs))}
${fact('noticed after', result.detectMs === undefined ? '–' : duration(result.detectMs))}
${fact('restored after', duration(result.recoverMs))}
${fact('longest without a write', duration(result.longestWriteGapMs))}
</div>
${requestsChart(result.seconds, span)}
${latencyChart(result.seconds, span)}
<div class="scale"><span>0 s</span><span>fault from ${duration(times.faultFrom)} to ${duration(times.faultTo)}</span><span>${duration(times.to)}</span></div>
${lanes(result.events, span)}
${result.reasons === '' ? '' : `<p class="notes">Failures: ${escapeHtml(result.reasons)}</p>`}
${notes.map(({ at, text }) => `<p class="notes">${duration(at)}: ${escapeHtml(text)}</p>`).join('\n')}
<ul>
${findings.map(({ holds, text, found }) => `<li class="${holds ? 'holds' : 'fails'}">${escapeHtml(text)} <span>(${escapeHtml(found)})</span></li>`).join('\n')}
</ul>
<p class="notes">${escapeHtml(startedAt)} · every request: chaos/${escapeHtml(name)}.ndjson</p>
</section>`;
}

/** Markdown's `code` in an otherwise plain sentence, as HTML. */
const inline = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
