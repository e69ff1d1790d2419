/** What reports share: verdicts, figures, tables for a terminal, text for HTML. */

/** The result of a test, a fault or a lesson. `not proven`: it was not run, or cannot be shown here. */
export type Verdict = 'passed' | 'failed' | 'not proven';

const marks = { passed: '✓', failed: '✗', 'not proven': '–' } as const;

/** One character for a verdict, for tables. */
export const markOf = (verdict: Verdict): string => marks[verdict];

/** The smallest value that at least `share` (0 to 1) of all values do not exceed (nearest rank); 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** One figure over all rounds of a benchmark. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** For an even number of values the median is the mean of the middle two. @param values at least one. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] as number;
  const median = (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** `median (min-max)`. */
export const showSpread = ({ median, min, max }: Spread, digits = 0): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;

interface TableOptions {
  /** The first column that is aligned right, as numbers are. */
  readonly rightFrom?: number;
  readonly gap?: string;
  /** The text at both ends of each line. */
  readonly border?: readonly [left: string, right: string];
}

/**
 * A table with columns as wide as their content, one row a line. A row of two cells in a wider table is a name and a
 * remark; the remark may be longer than its column.
 * @param rows the first one has the titles.
 */
export function table(
  rows: readonly (readonly string[])[],
  { rightFrom = Infinity, gap = '  ', border: [left, right] = ['', ''] }: TableOptions = {},
): string {
  const columns = rows[0]?.length ?? 0;
  const isRemark = (row: readonly string[], column: number) => row.length < columns && column === 1;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (isRemark(row, column) ? 0 : (row[column]?.length ?? 0)))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < rightFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(gap);
  return rows.map((row) => `${left}${line(row)}${right}`.trimEnd()).join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text for the content or an attribute's value of HTML and XML, without the control characters that XML does not allow.
 */
export const escapeHtml = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- these are what has to go
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
