import { readSync } from 'node:fs';

/** The place of a line in memory and in the file. */
export interface Line {
  readonly bytes: Buffer;
  /** Without the line feed. */
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly nextOffset: number;
  /** Its whole length in the file, if it is too long and only its beginning is here; otherwise 0. */
  readonly cutFrom: number;
}

const lineFeed = 10;

/**
 * This many NUL bytes in a row are a hole. A writer leaves one when it continues at its old offset after the file was
 * truncated, and a file system may leave one after a crash. Fewer may be content.
 */
const holeBytes = 64;

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/**
 * Cuts what is read from a file into lines; a read may end in the middle of a line or of a character. A hole ends a
 * line and is part of none; a byte order mark at the start of a file is skipped (RFC 8259, 8.1).
 * Memory stays within one chunk, or the longest allowed line and one chunk while there is such a line.
 */
export class LineReader implements Line {
  readonly #chunkBytes: number;
  readonly #maxLineBytes: number;
  bytes: Buffer;
  start = 0;
  end = 0;
  offset = 0;
  nextOffset = 0;
  cutFrom = 0;
  /** What has been read and not returned yet: from `#from` to `#to`. */
  #from = 0;
  #to = 0;
  /** The offset of `#from` in the file. */
  #offset = 0;
  /** Up to here there is no line feed. */
  #searched = 0;
  /** Bytes of a line that is too long, dropped between its beginning at `#from` and the last read. */
  #skipped = 0;
  /** Nothing of the file has been returned yet. */
  #atStart = true;
  /** Up to where holes were looked for, how many NUL bytes are right before that, and where the first hole begins. */
  #examined = 0;
  #zeros = 0;
  #hole: number | undefined;

  constructor(chunkBytes: number, maxLineBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#maxLineBytes = maxLineBytes;
    this.bytes = Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** Forgets what has been read, and continues at an offset of a file. */
  seek(offset: number): void {
    this.#from = this.#to = this.#searched = this.#skipped = this.#examined = this.#zeros = 0;
    this.#hole = undefined;
    this.#atStart = offset === 0;
    this.#offset = offset;
    if (this.bytes.length > this.#chunkBytes) this.bytes = Buffer.allocUnsafeSlow(this.#chunkBytes);
  }

  /** Where the next line begins. */
  get lineOffset(): number {
    return this.#offset;
  }

  /** The index in `bytes` at which what has been read ends. */
  get to(): number {
    return this.#to;
  }

  /** The offset up to which the file has been read. */
  get readOffset(): number {
    return this.#offset + this.#skipped + this.#to - this.#from;
  }

  /** The part of the memory from which whole lines can be taken: `[from, to)`, empty when `to` is not greater. */
  get lines(): readonly [from: number, to: number] {
    return [
      this.#from,
      this.#to === this.#from ? this.#from : this.bytes.lastIndexOf(lineFeed, this.#to - 1) + 1,
    ];
  }

  /**
   * Reads more from where the last read ended. Call it only after `next` has found no more lines.
   * @returns how many bytes. @throws the system's error.
   */
  fill(fd: number): number {
    this.#makeRoom();
    const count = readSync(fd, this.bytes, this.#to, this.bytes.length - this.#to, this.readOffset);
    this.#to += count;
    return count;
  }

  /** Undoes the last read, whose bytes turned out to be another file's. */
  unfill(count: number): void {
    this.#to -= count;
    this.#searched = this.#examined = this.#to;
  }

  /** Takes the next whole line. Its place is in this object's fields, until the next call of any method. */
  next(): boolean {
    this.#skipToText();
    this.#examine();
    const at = this.#to > this.#searched ? this.bytes.indexOf(lineFeed, this.#searched) : -1;
    const found = at >= 0 && at < this.#to;
    if (this.#hole !== undefined && !(found && at < this.#hole)) {
      this.#take(this.#hole, this.#examined);
      return true;
    }
    if (!found) {
      this.#searched = this.#to;
      return false;
    }
    this.#take(at, at + 1);
    return true;
  }

  /** Takes the rest of a file that has ended without a line feed. Call it only after `next` has found no more. */
  last(): boolean {
    if (this.#to === this.#from) return false;
    this.#take(this.#to, this.#to);
    return true;
  }

  /** At the start of a line: skips NUL bytes, of a hole or not, and the file's byte order mark. */
  #skipToText(): void {
    if (this.#skipped > 0) return;
    const { bytes } = this;
    let at = this.#from;
    while (at < this.#to && bytes[at] === 0) at++;
    if (
      this.#atStart &&
      this.#to - at >= 3 &&
      byteOrderMark.every((byte, index) => bytes[at + index] === byte)
    ) {
      at += 3;
      this.#atStart = false;
      while (at < this.#to && bytes[at] === 0) at++;
    }
    this.#offset += at - this.#from;
    this.#from = at;
    if (this.#searched < at) this.#searched = at;
    if (this.#hole !== undefined && this.#hole < at) this.#hole = undefined;
    if (this.#examined > at) return;
    this.#examined = at;
    this.#zeros = 0;
  }

  /** Looks for the next hole in the bytes that were not examined yet. */
  #examine(): void {
    if (this.#hole !== undefined || this.#examined >= this.#to) return;
    const { bytes } = this;
    // There is nearly always no NUL at all.
    const first = this.#zeros > 0 ? this.#examined : bytes.indexOf(0, this.#examined);
    if (first < 0 || first >= this.#to) {
      this.#examined = this.#to;
      return;
    }
    let at = first;
    for (; at < this.#to && this.#hole === undefined; at++) {
      this.#zeros = bytes[at] === 0 ? this.#zeros + 1 : 0;
      // Before `#from`, or before the buffer, when bytes of a line that is too long were dropped.
      if (this.#zeros === holeBytes) this.#hole = at + 1 - holeBytes;
    }
    this.#examined = at;
  }

  /** @param end where the line ends. @param next where what comes after it begins. */
  #take(end: number, next: number): void {
    const length = this.#skipped + end - this.#from;
    this.offset = this.#offset;
    this.nextOffset = this.#offset + this.#skipped + next - this.#from;
    this.start = this.#from;
    this.end = this.#from + Math.min(length, this.#maxLineBytes);
    this.cutFrom = 0;
    if (length > this.#maxLineBytes) {
      this.cutFrom = length;
      // Not in the middle of a character.
      while (this.end > this.start && ((this.bytes[this.end] as number) & 0xc0) === 0x80) this.end--;
    }
    this.#from = next;
    this.#searched = next;
    this.#offset = this.nextOffset;
    this.#skipped = 0;
    this.#atStart = false;
    if (this.#hole !== undefined && this.#hole < next) {
      this.#hole = undefined;
      this.#zeros = 0;
    }
  }

  /** Makes room for at least a quarter of a chunk. Of a line that is too long, only the beginning is kept. */
  #makeRoom(): void {
    const wanted = this.#chunkBytes >> 2;
    if (this.bytes.length - this.#to >= wanted) return;
    const held = this.#to - this.#from;
    // One byte more than allowed, to know where the last character ends.
    const longest = this.#maxLineBytes + 1;
    const kept = Math.min(held, longest);
    let capacity = this.bytes.length;
    if (kept + wanted <= this.#chunkBytes) capacity = this.#chunkBytes;
    else if (kept + wanted > capacity) capacity = Math.min(2 * capacity, longest + this.#chunkBytes);
    const target = capacity === this.bytes.length ? this.bytes : Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(target, 0, this.#from, this.#from + kept);
    this.bytes = target;
    this.#skipped += held - kept;
    this.#from = 0;
    this.#to = kept;
    this.#searched = kept;
    this.#examined = kept;
  }
}
