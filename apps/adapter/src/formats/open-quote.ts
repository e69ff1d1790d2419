/** Two rows that a row of a CSV may be, besides the one that it is by RFC 4180. */
export interface Reading {
  /** The row that opens a quote and does not close it. Where the damage is, and before it, it has the values of the last. */
  readonly first: readonly string[];
  /** The row with a value that ends in a quote. */
  readonly last: readonly string[];
}

/**
 * How a row with line ends in its values can be read if a quote that one row does not close has taken the rows that follow
 * with it, up to a quote at the end of a value. The first row ends with the first line that has enough values for it; the
 * last one begins in the same value, or in a later one where quotes have closed and opened again.
 * @param values of one row. @returns readings with as many values each, if there are any.
 */
export function readingsOf(values: readonly string[], delimiter: string): readonly Reading[] {
  const withLines = values.flatMap((value, index) => (value.includes('\n') ? [index] : []));
  const [from] = withLines;
  if (from === undefined) return [];
  const after = values.length - 1 - from;
  const end = (values[from] as string)
    .split(/\r?\n/)
    .map((line) => line.split(delimiter))
    .find((line) => line.length > after);
  if (!end) return [];
  return [from, withLines.at(-1) as number].flatMap((to) => {
    const line = (values[to] as string).split('\n').at(-1) as string;
    const last = [...line.split(delimiter), ...values.slice(to + 1)];
    const first = [...last.slice(0, from + 1), ...end.slice(end.length - after)];
    return last.length === values.length ? [{ first, last }] : [];
  });
}
