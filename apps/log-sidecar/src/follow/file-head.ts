import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

/** Enough for the time stamp of a first line and more. */
export const headBytes = 512;

/** The beginning of a file: what tells it from another one that was given the same inode number. */
export function readHead(fd: number, length: number = headBytes): Buffer {
  const bytes = Buffer.alloc(length);
  let count = 0;
  while (count < length) {
    const more = readSync(fd, bytes, count, length - count, count);
    if (more === 0) break;
    count += more;
  }
  return bytes.subarray(0, count);
}

const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
};

/** A head that may be kept and compared with later: files only grow, so a longer head begins with it. */
export interface Fingerprint {
  readonly bytes: number;
  readonly digest: string;
}

export const fingerprintOf = (head: Uint8Array): Fingerprint => ({
  bytes: head.length,
  digest: digest(head),
});

/** Whether a file begins with what the fingerprint was made of. An empty one proves nothing. */
export function hasFingerprint(fd: number, { bytes, digest: expected }: Fingerprint): boolean {
  if (bytes === 0) return false;
  const head = readHead(fd, bytes);
  return head.length === bytes && digest(head) === expected;
}

/**
 * The name of a file for those who read the output: the same at every reading of it, and another one for every other
 * file whose first line differs, as one with a time stamp does.
 */
export function fileId(inode: bigint, head: Uint8Array): string {
  const lineFeed = head.indexOf(10);
  return digest(`${inode}:`, lineFeed < 0 ? head : head.subarray(0, lineFeed + 1)).slice(0, 12);
}
