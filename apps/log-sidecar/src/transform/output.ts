/** Joins pieces of bytes in memory that is used again. */
export class ByteBuilder {
  bytes: Buffer;
  length = 0;
  readonly #usualCapacity: number;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#usualCapacity = capacity;
  }

  append(source: Buffer, start = 0, end = source.length): void {
    this.#reserve(end - start);
    source.copy(this.bytes, this.length, start, end);
    this.length += end - start;
  }

  text(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.length += this.bytes.write(text, this.length);
  }

  /** A whole number of at most 2^53, in decimal digits. */
  integer(value: number): void {
    this.#reserve(16);
    let divisor = 1;
    while (divisor * 10 <= value) divisor *= 10;
    for (let rest = value; divisor >= 1; divisor /= 10) {
      const digit = Math.floor(rest / divisor);
      this.bytes[this.length++] = 48 + digit;
      rest -= digit * divisor;
    }
  }

  /** Forgets the content, and frees the memory of an unusually large one. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > 4 * this.#usualCapacity) this.bytes = Buffer.allocUnsafeSlow(this.#usualCapacity);
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/**
 * PIPE_BUF of Linux: a write of at most so many bytes to a pipe happens as a whole or not at all (pipe(7)), so that a
 * process killed at any moment never leaves half a line behind.
 */
export const atomicBytes = 4096;

/** Whole lines that are written at once. */
export interface Batch {
  readonly start: number;
  readonly end: number;
  readonly lines: number;
  /** The offset in the file up to which everything is accounted for once these lines are written. */
  readonly position: number;
}

/** The lines of the output that have not been written yet, in batches. */
export class Output extends ByteBuilder {
  readonly batches: Batch[] = [];
  #batchStart = 0;
  #recordStart = 0;
  #lines = 0;
  #position = 0;

  constructor() {
    super(128 * 1024);
  }

  /** Whether it should be written before more lines are made. */
  get full(): boolean {
    return this.length >= 28 * 1024;
  }

  beginRecord(): number {
    this.#recordStart = this.length;
    return this.#recordStart;
  }

  /** Ends the current line, which is before `nextOffset` in the file. */
  endRecord(nextOffset: number): void {
    if (this.length - this.#batchStart > atomicBytes) this.#endBatch(this.#recordStart);
    this.#lines++;
    this.#position = nextOffset;
  }

  /** Makes a batch of the rest. */
  endBatch(): void {
    this.#endBatch(this.length);
  }

  override clear(): void {
    super.clear();
    this.batches.length = 0;
    this.#batchStart = 0;
  }

  #endBatch(end: number): void {
    if (end === this.#batchStart) return;
    this.batches.push({ start: this.#batchStart, end, lines: this.#lines, position: this.#position });
    this.#batchStart = end;
    this.#lines = 0;
  }
}
