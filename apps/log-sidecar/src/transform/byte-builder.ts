/** Bytes put together one piece after another, in memory that is used again. */
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

  /** Forgets the content, and the memory that an uncommonly large one took. */
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
