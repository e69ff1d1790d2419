import { ByteBuilder } from '../transform/byte-builder.ts';

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
  /** Up to where in the file everything is accounted for once these lines are written. */
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

  /** Full enough to be written before more lines are made. */
  get full(): boolean {
    return this.length >= 28 * 1024;
  }

  beginRecord(): number {
    this.#recordStart = this.length;
    return this.#recordStart;
  }

  /** Ends the line begun last, which stands in the file before `nextOffset`. */
  endRecord(nextOffset: number): void {
    if (this.length - this.#batchStart > atomicBytes) this.#endBatch(this.#recordStart);
    this.#lines++;
    this.#position = nextOffset;
  }

  /** Makes a batch of what is left. */
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
