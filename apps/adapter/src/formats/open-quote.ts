/** Two rows that a CSV row may really be, although it is one by RFC 4180. */
export interface Reading {
  /** The row that opens a quote and does not close it. Its values up to the damage are copies of those of `last`. */
  readonly first: readonly string[];
  /** The row with a value that ends in a quote. */
  readonly last: readonly string[];
}

/**
 * Other readings of a row with line ends in its values: one row opened a quote and did not close it, and so swallowed
 * the rows that follow, up to a quote at the end of a value. The first row ends with the first line that has enough
 * values for it. The last one begins in the same value, or in a later one where quotes have closed and opened again.
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
