import { atomicBytes } from '../sinks/output.ts';

/**
 * Which lines may have been written by the process before this one, which was killed: at most the one batch that follows
 * the checkpoint, as the checkpoint is written after every batch.
 */
export class Redelivery {
  #bytes = 0;
  #first = false;

  /** The process before this one did not end by itself. */
  begin(): void {
    this.#bytes = atomicBytes;
    this.#first = true;
  }

  /** @param bytes the length of the line as it was then, without the mark. @returns whether it is to be marked. */
  covers(bytes: number): boolean {
    const covered = this.#first || bytes <= this.#bytes;
    this.#bytes = covered ? this.#bytes - bytes : 0;
    this.#first = false;
    return covered;
  }
}
