import type { Result } from '../judge/result.ts';

/** `12 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Rounded down: 99.99 % is never shown as 100 %. */
export function percent(share: number): string {
  return share === 1 ? '100 %' : `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
}

const columns: readonly (readonly [head: string, cell: (result: Result) => string])[] = [
  ['', ({ verdict }) => (verdict === 'holds' ? '✓' : '✗')],
  ['fault', ({ name }) => name],
  ['available', ({ figures }) => percent(figures.during.availability)],
  ['failed', ({ figures }) => `${figures.during.failed}/${figures.during.requests}`],
  ['fallbacks', ({ figures }) => String(figures.during.fallbacks)],
  ['p50/p99/max before', ({ figures }) => latency(figures.before.latency)],
  ['during', ({ figures }) => latency(figures.during.latency)],
  ['after', ({ figures }) => latency(figures.after.latency)],
  ['noticed', ({ detectMs }) => (detectMs === undefined ? '-' : duration(detectMs))],
  ['restored', ({ recoverMs }) => duration(recoverMs)],
];

const latency = ({ p50Ms, p99Ms, maxMs }: { p50Ms: number; p99Ms: number; maxMs: number }): string =>
  [p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(0)).join('/');

/** One line a fault, and below the table what did not hold. Latencies are in milliseconds. */
export function table(results: readonly Result[]): string {
  const rows = [
    columns.map(([head]) => head),
    ...results.map((result) => columns.map(([, cell]) => cell(result))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, index) => (index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const failures = results.flatMap(({ name, findings }) =>
    findings
      .filter(({ holds }) => !holds)
      .map(({ text, found }) => `  ${name}: it should be that ${text}; found: ${found}`),
  );
  return [...lines, ...(failures.length === 0 ? [] : ['', 'What did not hold:', ...failures])].join('\n');
}
