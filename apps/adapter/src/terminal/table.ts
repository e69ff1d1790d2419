/** Columns for people: text left, numbers right. */
export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string | number | undefined;
  /** In cells of the terminal; what is longer is cut. */
  readonly maxWidth?: number;
}

const defaultWidth = 40;
/** Scripts and signs that take two cells of a terminal (Unicode TR 11). */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
/** Combining marks and format characters take no cell. */
const zeroWidth = /\p{Mn}|\p{Cf}/u;

const widthOf = (character: string): number => (zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1);
const textWidth = (text: string): number =>
  Array.from(text).reduce((sum, character) => sum + widthOf(character), 0);

/** A table without borders, each line ended. Nothing in it can control the terminal. */
export function formatTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const cells = rows.map((row) =>
    columns.map(({ value, maxWidth = defaultWidth }) => fit(String(value(row) ?? ''), maxWidth)),
  );
  const widths = columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...cells.map((line) => textWidth(line[index] ?? ''))),
  );
  const numeric = columns.map(
    ({ value }) => rows.length > 0 && rows.every((row) => typeof value(row) === 'number'),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - textWidth(text));
        return numeric[index] ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd();
  return [columns.map(({ title }) => title), ...cells].map((texts) => `${line(texts)}\n`).join('');
}

function fit(text: string, maxWidth: number): string {
  const clean = text.replace(/\s+/g, ' ').replace(/\p{Cc}|\p{Bidi_Control}/gu, '�');
  if (textWidth(clean) <= maxWidth) return clean;
  let result = '';
  let width = 0;
  for (const character of clean) {
    width += widthOf(character);
    if (width > maxWidth - 1) break;
    result += character;
  }
  return `${result}…`;
}
