/** Bytes that were received and are not consumed yet. Appending them one by one costs no more than all at once. */
export class ByteQueue {
  #memory = Buffer.allocUnsafe(4096);
  #start = 0;
  #end = 0;

  /** A view, valid until the next append. */
  get bytes(): Buffer {
    return this.#memory.subarray(this.#start, this.#end);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  append(bytes: Buffer): void {
    if (this.#end + bytes.length > this.#memory.length) this.#makeRoom(bytes.length);
    this.#end += bytes.copy(this.#memory, this.#end);
  }

  /** Removes the first `count` bytes. */
  drop(count: number): void {
    this.#start += count;
  }

  #makeRoom(count: number): void {
    const needed = this.length + count;
    // Twice as much as is needed, so that moving what is left stays rare.
    const memory = needed * 2 > this.#memory.length ? Buffer.allocUnsafe(needed * 2) : this.#memory;
    this.#end = this.bytes.copy(memory, 0);
    this.#start = 0;
    this.#memory = memory;
  }
}
