import type { KnownFile, OpenFile } from './open-file.ts';

/** What has been lost since the update before. */
export interface Loss {
  /** Bytes of files that were waiting; there may have been more that were never seen. */
  readonly bytes: number;
  /** Whether other files may have come and gone unseen. */
  readonly gap: boolean;
}

/** The files that come after the one being read, as they were last seen: what vanishes from here is lost. */
export class Backlog {
  #files: readonly KnownFile[] = [];

  /** Bytes in files that have not been begun. */
  get bytes(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @param newer the files after the one being read, oldest first.
   * @param adjoining whether the first of them is certainly the next one.
   */
  update(newer: readonly OpenFile[], adjoining: boolean): Loss {
    // A file that was copied and then truncated is not lost.
    const gone = this.#files.filter((known) => !newer.some((file) => file.is(known) || file.has(known)));
    const bytes = gone.reduce((sum, { size }) => sum + size, 0);
    const gap = !adjoining && newer.length > 0 && (gone.length > 0 || this.#files.length === 0);
    this.#files = newer.map((file) => file.describe());
    return { bytes, gap };
  }

  /** The first one is being read from now on. */
  shift(): void {
    this.#files = this.#files.slice(1);
  }
}
