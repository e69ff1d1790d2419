import { ByteQueue } from './byte-queue.ts';
import { limits } from './limits.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts bytes into lines, which end with LF or CR LF; the last one may end with the feed. A line that is longer than a
 * record may be is skipped and reported as undefined.
 */
export class LineSplitter {
  readonly #each: (line: Buffer | undefined, offset: number) => void;
  readonly #queue = new ByteQueue();
  /** Bytes of the queue that are known to have no line end. */
  #searched = 0;
  #offset: number;
  /** In a line that was too long. */
  #skipping = false;

  /** @param offset of the first byte to come, where a byte order mark was cut off. */
  constructor(each: (line: Buffer | undefined, offset: number) => void, offset: number) {
    this.#each = each;
    this.#offset = offset;
  }

  write(bytes: Buffer): void {
    this.#queue.append(bytes);
    for (;;) {
      const found = this.#queue.bytes.indexOf(lineFeed, this.#searched);
      if (found === -1) break;
      this.#take(found);
      this.#drop(found + 1);
    }
    this.#searched = this.#queue.length;
    if (this.#queue.length <= limits.record) return;
    if (!this.#skipping) this.#each(undefined, this.#offset);
    this.#skipping = true;
    this.#drop(this.#queue.length);
  }

  end(): void {
    if (this.#queue.length > 0) this.#take(this.#queue.length);
  }

  #take(length: number): void {
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    if (length > limits.record) return this.#each(undefined, this.#offset);
    const line = this.#queue.bytes.subarray(0, length);
    this.#each(line.at(-1) === carriageReturn ? line.subarray(0, -1) : line, this.#offset);
  }

  #drop(count: number): void {
    this.#offset += count;
    this.#queue.drop(count);
    this.#searched = 0;
  }
}
