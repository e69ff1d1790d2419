/** Lines to be sent as one body. */
export interface LineBatch {
  readonly body: Buffer;
  readonly lines: number;
}

/** Lines waiting to be sent, gathered into bodies; never more bytes than told, bodies being sent included. */
export class LineBuffer {
  readonly #batchBytes: number;
  readonly #maxBytes: number;
  #sealed: LineBatch[] = [];
  #parts: Buffer[] = [];
  #partBytes = 0;
  #partLines = 0;
  #bytes = 0;

  constructor(batchBytes: number, maxBytes: number) {
    this.#batchBytes = batchBytes;
    this.#maxBytes = maxBytes;
  }

  /** Held in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get lines(): number {
    return this.#partLines + this.#sealed.reduce((sum, { lines }) => sum + lines, 0);
  }

  /** A body is full. */
  get ready(): boolean {
    return this.#sealed.length > 0;
  }

  /** Copies whole lines. @returns false when there is no room for them. */
  add(bytes: Buffer, start: number, end: number, lines: number): boolean {
    const count = end - start;
    if (this.#bytes + count > this.#maxBytes) return false;
    if (this.#partBytes > 0 && this.#partBytes + count > this.#batchBytes) this.#seal();
    this.#parts.push(Buffer.from(bytes.subarray(start, end)));
    this.#partBytes += count;
    this.#partLines += lines;
    this.#bytes += count;
    if (this.#partBytes >= this.#batchBytes) this.#seal();
    return true;
  }

  /** The next body to send, full or not; its bytes count until `release`. */
  take(): LineBatch | undefined {
    if (!this.ready && this.#partBytes > 0) this.#seal();
    return this.#sealed.shift();
  }

  release(batch: LineBatch): void {
    this.#bytes -= batch.body.length;
  }

  /** Forgets everything. @returns how many lines that was. */
  clear(): number {
    const { lines } = this;
    this.#sealed = [];
    this.#parts = [];
    this.#partBytes = this.#partLines = this.#bytes = 0;
    return lines;
  }

  #seal(): void {
    this.#sealed.push({ body: Buffer.concat(this.#parts, this.#partBytes), lines: this.#partLines });
    this.#parts = [];
    this.#partBytes = this.#partLines = 0;
  }
}
