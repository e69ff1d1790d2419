/** reports/chaos.html: one file that needs nothing else. */
import type { Report } from './files.ts';
import { escape } from './html.ts';
import { section } from './section.ts';
import { style } from './style.ts';
import { duration, percent } from './table.ts';
import type { Result } from '../judge/result.ts';

export function page({ conditions, results }: Report): string {
  const good = results.filter(({ verdict }) => verdict === 'holds').length;
  const facts = Object.entries(conditions).map(
    ([name, value]) => `${escape(name)}: ${escape(String(value))}`,
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
<th><a href="#${escape(name)}">${escape(name)}</a><small>${escape(title)}</small></th>
<td>${percent(figures.during.availability)}<td>${figures.during.failed}<td>${figures.during.fallbacks}
<td>${duration(figures.before.latency.p99Ms)}<td>${duration(figures.during.latency.p99Ms)}<td>${duration(figures.after.latency.p99Ms)}
<td>${detectMs === undefined ? '–' : duration(detectMs)}<td>${duration(recoverMs)}</tr>`;
