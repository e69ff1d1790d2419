import type { Finding } from './target.ts';

export interface MinimiseOptions {
  readonly tries: number;
  readonly withinMs: number;
}

/**
 * Leaves out pieces of an input, from halves to single bytes (or lines), as long as it still finds the same.
 * @param shows whether an input does.
 */
export async function minimise(
  input: Buffer,
  pieces: Finding['pieces'],
  shows: (candidate: Buffer) => Promise<boolean>,
  { tries, withinMs }: MinimiseOptions,
): Promise<Buffer> {
  const deadline = performance.now() + withinMs;
  let units = pieces === 'bytes' ? Array.from(input, (byte) => Buffer.of(byte)) : linesOf(input);
  let left = tries;
  for (let size = units.length >> 1; size >= 1; size = Math.min(size >> 1, units.length >> 1)) {
    for (let at = 0; at < units.length;) {
      if (left === 0 || performance.now() > deadline) return Buffer.concat(units);
      left -= 1;
      const without = [...units.slice(0, at), ...units.slice(at + size)];
      if (await shows(Buffer.concat(without))) units = without;
      else at += size;
    }
  }
  return Buffer.concat(units);
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}
