/** One fault on the page: its figures, what it was judged by, and its timeline. */
import type { Result } from '../judge/result.ts';
import { latencyChart, requestsChart, type Span } from './charts.ts';
import { escape, inline } from './html.ts';
import { lanes } from './lanes.ts';
import { duration, percent } from './table.ts';

const fact = (label: string, value: string): string => `<span>${label} <b>${escape(value)}</b></span>`;

export function section(result: Result): string {
  const { name, title, knownAs, clientSees, startedAt, verdict, findings, figures, services, times, notes } =
    result;
  const { before, during, after } = figures;
  const span: Span = { toMs: times.to, faultFromMs: times.faultFrom, faultToMs: times.faultTo };
  const p99s = [before, during, after].map(({ latency }) => duration(latency.p99Ms)).join(' → ');
  const p50s = [before, during, after].map(({ latency }) => duration(latency.p50Ms)).join(' → ');
  return `<section id="${escape(name)}" class="${verdict}">
<h2>${escape(name)}</h2>
<p>${escape(title)}${knownAs === undefined ? '' : ` <small>(${escape(knownAs)})</small>`}.
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
${result.reasons === '' ? '' : `<p class="notes">Failures: ${escape(result.reasons)}</p>`}
${notes.map(({ at, text }) => `<p class="notes">${duration(at)}: ${escape(text)}</p>`).join('\n')}
<ul>
${findings.map(({ holds, text, found }) => `<li class="${holds ? 'holds' : 'fails'}">${escape(text)} <span>(${escape(found)})</span></li>`).join('\n')}
</ul>
<p class="notes">${escape(startedAt)} · every request: chaos/${escape(name)}.ndjson</p>
</section>`;
}
