export interface MinimiseOptions {
  readonly tries: number;
  readonly withinMs: number;
}

/**
 * Leaves out pieces of an input, from halves to single bytes, as long as the finding stays the same.
 * @param shows whether an input has the finding.
 */
export async function minimise(
  input: Buffer,
  shows: (candidate: Buffer) => Promise<boolean>,
  { tries, withinMs }: MinimiseOptions,
): Promise<Buffer> {
  const deadline = performance.now() + withinMs;
  let bytes = input;
  let left = tries;
  for (let size = bytes.length >> 1; size >= 1; size = Math.min(size >> 1, bytes.length >> 1)) {
    for (let at = 0; at < bytes.length;) {
      if (left === 0 || performance.now() > deadline) return bytes;
      left -= 1;
      const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
      if (await shows(without)) bytes = without;
      else at += size;
    }
  }
  return bytes;
}
