/** Whether output is as a lesson says it is. */

/** In an expected line: any text. Alone on a line: any number of lines. */
export const wildcard = '…';

export interface Match {
  readonly matches: boolean;
  /** The first expected line that the output does not have where it should be; none when the output goes on too long. */
  readonly missing?: string;
}

/** kubectl's note that a watch of `kubectl wait` ended, which it then makes again: it depends on the API server's moment. */
const watchNote = /^[IW]\d{4} \d\d:\d\d:\d\d\.\d{6} {1,7}\d{1,7} reflector\.go:\d{1,5}\] /;

/**
 * Compares line by line, without what kubectl notes of its watches. Blanks at the end of a line do not count, and one run of blanks is like another, as columns
 * are as wide as what is in them.
 */
export function matchOutput(expected: string, came: string): Match {
  const wanted = linesOf(expected);
  const lines = linesOf(came).filter((line) => !watchNote.test(line));
  let furthest = 0;
  const seen = new Set<string>();

  const matches = (e: number, l: number): boolean => {
    furthest = Math.max(furthest, e);
    const want = wanted[e];
    if (want === undefined) return l === lines.length;
    const key = `${e} ${l}`;
    if (seen.has(key)) return false;
    seen.add(key);
    if (want === wildcard) return matches(e + 1, l) || (l < lines.length && matches(e, l + 1));
    const line = lines[l];
    return line !== undefined && lineMatches(want, line) && matches(e + 1, l + 1);
  };

  if (matches(0, 0)) return { matches: true };
  const missing = wanted[furthest];
  return { matches: false, ...(missing === undefined ? {} : { missing }) };
}

/** Without what only a terminal understands, and without blank lines at both ends. */
export function linesOf(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- escape sequences are control characters
  const plain = text.replace(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  // macOS' wc writes blanks before a number that stands alone.
  const lines = plain.split('\n').map((line) => line.trimEnd().replace(/^[ \t]+(?=\d+$)/, ''));
  while (lines[0] === '') lines.shift();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

function lineMatches(wanted: string, line: string): boolean {
  const pattern = wanted
    .split(wildcard)
    .map((part) =>
      part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/[ \t]+/g, String.raw`[ \t]+`),
    )
    .join('.*');
  return new RegExp(`^${pattern}$`, 'u').test(line);
}
