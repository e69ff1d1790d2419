import { closeSync, openSync, writeSync } from 'node:fs';

/** One line of an app, about 200 bytes, as `packages/logging` writes it. */
export const appLine = (number: number): string =>
  `{"level":"info","time":"2026-01-01T00:00:00.${String(number % 1000).padStart(3, '0')}Z","app":"product",` +
  `"requestId":"3f2c9d1e-1111-4222-8333-123456789abc","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","seq":${number},"msg":"done"}\n`;

/** So many lines, from one number on. */
export const appLines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => appLine(from + index)).join('');

/** @returns its size in bytes. */
export function writeLogFile(path: string, lines: number): number {
  const fd = openSync(path, 'w');
  let bytes = 0;
  for (let from = 0; from < lines; from += 1000) {
    const count = Math.min(1000, lines - from);
    bytes += writeSync(fd, appLines(from, count));
  }
  closeSync(fd);
  return bytes;
}
