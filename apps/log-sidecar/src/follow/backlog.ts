import type { BigIntStats } from 'node:fs';
import type { OpenFile } from './open-file.ts';

interface Waiting {
  readonly inode: bigint;
  readonly device: bigint;
  readonly size: number;
}

/** The files that come after the one being read, as they were last seen: what vanishes from here is lost. */
export class Backlog {
  #files: readonly Waiting[] = [];

  /** Bytes in files that have not been begun. */
  get bytes(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @param newer the files after the one being read, oldest first.
   * @returns how many bytes of files that were waiting are gone; there may have been more that were never seen.
   */
  update(newer: readonly OpenFile[]): number {
    const lost = this.#files
      .filter((known) => !newer.some(({ stat, size }) => isSame(known, stat) && size >= known.size))
      .reduce((sum, { size }) => sum + size, 0);
    this.#files = newer.map(({ stat, size }) => ({ inode: stat.ino, device: stat.dev, size }));
    return lost;
  }

  /** Whether this is the file that came next when last seen. */
  isNext(file: OpenFile): boolean {
    const next = this.#files[0];
    return next !== undefined && isSame(next, file.stat);
  }

  /** The first one is being read from now on. */
  shift(): void {
    this.#files = this.#files.slice(1);
  }
}

const isSame = (known: Waiting, stat: BigIntStats): boolean =>
  known.inode === stat.ino && known.device === stat.dev;
