import type { OpenFile } from './open-file.ts';

interface Waiting {
  readonly inode: bigint;
  readonly device: bigint;
  readonly size: number;
}

/** What has been lost since the update before. */
export interface Loss {
  /** Bytes of files that were waiting; there may have been more that were never seen. */
  readonly bytes: number;
  /** Whether other files may have come and gone unseen. */
  readonly gap: boolean;
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
   * @param adjoining whether the first of them is certainly the next one.
   */
  update(newer: readonly OpenFile[], adjoining: boolean): Loss {
    // Files vanish from the oldest on, and those that stay keep their order. An inode number alone proves little: it is
    // used again as soon as a file is deleted.
    const isGone = (count: number): boolean =>
      this.#files.slice(count).every((known, index) => isSame(known, newer[index]));
    let gone = 0;
    while (!isGone(gone)) gone++;
    const bytes = this.#files.slice(0, gone).reduce((sum, { size }) => sum + size, 0);
    const gap = !adjoining && newer.length > 0 && (gone > 0 || this.#files.length === 0);
    this.#files = newer.map(({ stat, size }) => ({ inode: stat.ino, device: stat.dev, size }));
    return { bytes, gap };
  }

  /** The first one is being read from now on. */
  shift(): void {
    this.#files = this.#files.slice(1);
  }
}

const isSame = (known: Waiting, file: OpenFile | undefined): boolean =>
  file !== undefined &&
  known.inode === file.stat.ino &&
  known.device === file.stat.dev &&
  file.size >= known.size;
