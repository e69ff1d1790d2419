/** Charts that stretch with the page: only lines and areas are SVG, all text is HTML beside it and keeps its size. */
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
  // A fault of a moment is still to be seen.
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
