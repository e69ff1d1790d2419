/** Charts and timelines that stretch with the page: only lines and areas are SVG, all text is HTML beside it and keeps its size. */
import { escapeHtml } from '@shop/testing/report';
import type { ClusterEvent } from '../judge/evidence.ts';
import type { Second } from '../judge/result.ts';

/** The time that a chart shows, from 0, and when the fault was in it. */
export interface Span {
  readonly toMs: number;
  readonly faultFromMs: number;
  readonly faultToMs: number;
}

const height = 100;

const svg = (span: Span, content: string, kind = ''): string => {
  const width = span.toMs / 1000;
  const from = span.faultFromMs / 1000;
  // A very short fault stays visible.
  const band = Math.max(width / 300, span.faultToMs / 1000 - from);
  return (
    `<div class="chart ${kind}"><svg viewBox="0 0 ${round(width)} ${height}" preserveAspectRatio="none" aria-hidden="true">` +
    `<rect class="band" x="${round(from)}" y="0" width="${round(band)}" height="${height}"/>` +
    content +
    [from, from + band]
      .map((x) => `<line class="edge" x1="${round(x)}" x2="${round(x)}" y1="0" y2="${height}"/>`)
      .join('') +
    '</svg>'
  );
};

const round = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');

/** Requests a second, stacked by how they ended: failures at the bottom, where their number can be compared. */
export function requestsChart(seconds: readonly Second[], span: Span): string {
  const most = Math.max(1, ...seconds.map(({ live, fallback, failed }) => live + fallback + failed));
  const bars = seconds.map((second, index) => {
    let y = height;
    return (['failed', 'fallback', 'live'] as const)
      .map((outcome) => {
        const size = (second[outcome] / most) * height;
        y -= size;
        return size === 0
          ? ''
          : `<rect class="bar-${outcome}" x="${index}" y="${round(y)}" width="0.92" height="${round(size)}"/>`;
      })
      .join('');
  });
  return `${svg(span, bars.join(''))}<span class="top">${most} requests/s</span></div>`;
}

/** p50 and p99 of each second, on a logarithmic scale from 1 ms to the slowest. */
export function latencyChart(seconds: readonly Second[], span: Span): string {
  const most = Math.max(100, ...seconds.map(({ p99Ms }) => p99Ms));
  const y = (ms: number) => height - (Math.log10(Math.max(1, ms)) / Math.log10(most)) * (height - 2) - 1;
  const line = (kind: 'p50' | 'p99') => {
    const points = seconds
      .map((second, index) => ({ x: index + 0.5, ms: kind === 'p50' ? second.p50Ms : second.p99Ms }))
      .filter(({ ms }) => ms > 0)
      .map(({ x, ms }) => `${x},${round(y(ms))}`);
    return `<polyline class="line-${kind}" points="${points.join(' ')}"/>`;
  };
  const top = most >= 1000 ? `${(most / 1000).toFixed(1)} s` : `${most.toFixed(0)} ms`;
  return (
    `${svg(span, line('p50') + line('p99'), 'latency')}<span class="top">${top}</span>` +
    '<span class="bottom">1 ms</span></div>'
  );
}

const colour: Readonly<Record<string, string>> = {
  ready: 'good',
  closed: 'good',
  starting: 'wait',
  'half-open': 'half',
  ending: 'half',
  'not-ready': 'bad',
  failed: 'bad',
  open: 'bad',
};

/** Pods, nodes and breakers, a line each: what they were and when. Those that never changed are left out. */
export function lanes(events: readonly ClusterEvent[], { toMs }: Span): string {
  const subjects = new Map<string, ClusterEvent[]>();
  for (const event of events) {
    const key = `${event.kind} ${event.subject}`;
    subjects.set(key, [...(subjects.get(key) ?? []), event]);
  }
  const rows = [...subjects.values()]
    .filter((changes) => changes.length > 1 || (changes[0]?.at ?? 0) > 2_000)
    .map((changes) => lane(changes, toMs));
  return rows.length === 0 ? '' : `<div class="lanes">${rows.join('\n')}</div>`;
}

function lane(changes: readonly ClusterEvent[], toMs: number): string {
  const name = changes[0]?.subject ?? '';
  const parts = changes.map(({ at, state }, index) => {
    const until = changes[index + 1]?.at ?? toMs;
    const kind = colour[state];
    const title = `${state} from ${(at / 1000).toFixed(1)} s`;
    return kind === undefined
      ? ''
      : `<rect class="state-${kind}" x="${at.toFixed(0)}" y="0" width="${Math.max(0, until - at).toFixed(0)}" height="1"><title>${escapeHtml(title)}</title></rect>`;
  });
  const summary = changes.map(({ at, state }) => `${state} ${(at / 1000).toFixed(1)} s`).join(', ');
  return (
    `<div class="lane"><span title="${escapeHtml(summary)}">${escapeHtml(name)}</span>` +
    `<svg viewBox="0 0 ${toMs.toFixed(0)} 1" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(summary)}">${parts.join('')}</svg></div>`
  );
}

/** Colours also differ in lightness, for readers who cannot distinguish the hues. */
export const style = `
:root {
  --paper: #fff; --ink: #1c2024; --faint: #5c6670; --line: #d8dde2; --band: #f2c14e55; --band-edge: #b8860b;
  --live: #8fc7a5; --fallback: #e9a23b; --failed: #c0392b; --p50: #5b8def; --p99: #1f3f8f;
  --good: #1e7d46; --bad: #c0392b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e6e9ec; --faint: #9aa5b1; --line: #343b42; --band: #f2c14e2e; --band-edge: #d9a93a;
    --live: #3e7a57; --fallback: #d08a20; --failed: #ef5b4c; --p50: #5b8def; --p99: #b3c8ff;
    --good: #58c98a; --bad: #ff7a6b;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 0; }
p { margin: .4rem 0; } small, .faint { color: var(--faint); }
a { color: inherit; }
nav { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
thead th { color: var(--faint); font-weight: normal; font-size: .85rem; }
th:first-child { text-align: left; font-weight: 600; white-space: normal; min-width: 11rem; }
th small { display: block; font-weight: normal; }
tr.passed th:first-child::before { content: '✓ '; color: var(--good); }
tr.failed th:first-child::before { content: '✗ '; color: var(--bad); }
section { border-top: 2px solid var(--line); padding: 1.2rem 0; }
section.failed h2::after { content: ' does not hold'; color: var(--bad); font-weight: normal; }
.figures { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: .5rem 0; font-variant-numeric: tabular-nums; }
.figures b { font-weight: 600; }
ul { list-style: none; padding: 0; margin: .6rem 0 0; } li { padding-left: 1.3rem; text-indent: -1.3rem; }
li.holds::before { content: '✓ '; color: var(--good); } li.fails::before { content: '✗ '; color: var(--bad); }
li span { color: var(--faint); }
.chart { position: relative; margin: .2rem 0; }
.chart > svg { display: block; width: 100%; height: 7rem; border-bottom: 1px solid var(--line); }
.chart.latency > svg { height: 5rem; }
.chart > .top, .chart > .bottom { position: absolute; left: .2rem; font-size: .75rem; color: var(--faint);
  background: var(--paper); padding: 0 .2rem; opacity: .85; }
.chart > .top { top: 0; } .chart > .bottom { bottom: .1rem; }
.band { fill: var(--band); } .edge { stroke: var(--band-edge); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.bar-live { fill: var(--live); } .bar-fallback { fill: var(--fallback); } .bar-failed { fill: var(--failed); }
.line-p50, .line-p99 { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.line-p50 { stroke: var(--p50); } .line-p99 { stroke: var(--p99); }
.scale { display: flex; justify-content: space-between; font-size: .75rem; color: var(--faint); }
.lanes { margin-top: .5rem; font-size: .78rem; }
.lane > span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--faint); line-height: 1.25; }
.lane > svg { width: 100%; height: .4rem; display: block; margin-bottom: .15rem; }
.state-good { fill: var(--live); } .state-wait { fill: var(--p50); } .state-bad { fill: var(--failed); } .state-half { fill: var(--fallback); }
.notes { font-size: .85rem; color: var(--faint); }
.legend span { display: inline-block; padding-left: 1.1rem; margin-right: .8rem; position: relative; }
.legend span::before { content: ''; position: absolute; left: 0; top: .35em; width: .8rem; height: .8rem; }
.legend .live::before { background: var(--live); } .legend .fallback::before { background: var(--fallback); }
.legend .waits::before { background: var(--p50); } .legend .failed::before { background: var(--failed); } .legend .fault::before { background: var(--band); border: 1px solid var(--band-edge); }
.legend .p50::before, .legend .p99::before { height: 2px; top: .7em; }
.legend .p50::before { background: var(--p50); } .legend .p99::before { background: var(--p99); }
@media (max-width: 40rem) { body { padding: .6rem; } }
`;
