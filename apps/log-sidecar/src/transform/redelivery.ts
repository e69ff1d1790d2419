/**
 * Which lines may have been written by the process before this one, which was killed: at most the one write that follows
 * the checkpoint, as the checkpoint is written after every write.
 */
export class Redelivery {
  #bytes = 0;
  #first = false;

  /** @param bytes how much may have been written at once; a single line may be longer. */
  begin(bytes: number): void {
    this.#bytes = bytes;
    this.#first = true;
  }

  /** Whether the next line may be marked. */
  get active(): boolean {
    return this.#first || this.#bytes > 0;
  }

  /** @param bytes the length of the line as it was then, without the mark. @returns whether it is to be marked. */
  covers(bytes: number): boolean {
    const covered = this.#first || bytes <= this.#bytes;
    this.#bytes = covered ? this.#bytes - bytes : 0;
    this.#first = false;
    return covered;
  }
}
