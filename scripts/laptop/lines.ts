import type { Readable } from 'node:stream';

/**
 * Calls `onLine` with every whole line, without its line feed. If the stream ends in the middle of a line, calls
 * `onRest` with that part. Splits at line feeds only, as NDJSON does; readline also splits at U+2028.
 */
export function splitLines(
  stream: Readable,
  onLine: (line: string) => void,
  onRest: (rest: string) => void,
): void {
  let pending = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    lines.forEach((line) => onLine(line));
  });
  stream.once('end', () => {
    if (pending !== '') onRest(pending);
  });
}
