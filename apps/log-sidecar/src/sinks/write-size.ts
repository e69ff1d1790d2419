import { atomicBytes } from './output.ts';

/** Half of what a pipe holds. */
export const largestWrite = 32 * 1024;

/** How much must have gone through without waiting before larger writes are risked again: more than pipes and sockets hold. */
const provenBytes = 256 * 1024;

/**
 * How much to write at once. A kill can fall between a write and its checkpoint, and the fewer writes there are, the more
 * seldom it does. But only a small write is atomic: a larger one that meets a full pipe is cut off somewhere in a line.
 * So writes are large while the reader keeps up, and atomic from the first time that it does not until it has caught up.
 */
export class WriteSize {
  #passed = provenBytes;

  get bytes(): number {
    return this.after(0);
  }

  /** What `bytes` will be after so many more have been written without waiting. */
  after(bytes: number): number {
    return this.#passed + bytes >= provenBytes ? largestWrite : atomicBytes;
  }

  written(bytes: number): void {
    this.#passed += bytes;
  }

  /** The reader had to be waited for. */
  waited(): void {
    this.#passed = 0;
  }
}
