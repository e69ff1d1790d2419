import { hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  type BigIntStats,
} from 'node:fs';
import { basename, dirname } from 'node:path';

/** How many bytes at a file's beginning, and before a position in it, identify it. */
const headBytes = 512;
const tailBytes = 256;

/**
 * What identifies a file up to `size`: a digest of its first 512 bytes and of the last 256 before `size`. Files only
 * grow, so the same file always has both, however long it has become. Two files with the same beginning, such as a
 * banner, differ at their ends. The inode number, which is used again, and the file's times, which any process can set,
 * are not needed.
 */
export interface Print {
  readonly size: number;
  readonly digest: string;
}

/** A file with its inode number, to be recognised later. */
export interface KnownFile extends Print {
  readonly inode: string;
}

/** Device and inode: the same file for as long as it is open, under any name. */
export const sameFile = (a: BigIntStats, b: BigIntStats): boolean => a.ino === b.ino && a.dev === b.dev;

/** A file of the log, open for reading. Its name is the one under which it was found, and may have changed since. */
export class OpenFile {
  readonly fd: number;
  /** Whether it was found at the log's own path. */
  readonly atPath: boolean;
  stat: BigIntStats;
  /** The largest size seen. */
  #length: number;
  /** The print of its content when reading began. */
  #begun: Print = { size: 0, digest: '' };
  /** Up to where it has been read, with the first and the last bytes of that. */
  #read = 0;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #print: Print | undefined;

  private constructor(fd: number, stat: BigIntStats, atPath: boolean) {
    this.fd = fd;
    this.atPath = atPath;
    this.stat = stat;
    this.#length = Number(stat.size);
  }

  /** @returns undefined when there is none. @throws the system's error; EINVAL for what is not a regular file. */
  static open(path: string, atPath: boolean): OpenFile | undefined {
    let fd: number;
    try {
      // Without O_NONBLOCK, opening a FIFO would block the whole process.
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isFile()) return new OpenFile(fd, stat, atPath);
    closeSync(fd);
    throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EINVAL' });
  }

  get size(): number {
    return Number(this.stat.size);
  }

  /** The largest size seen, in bytes. */
  get length(): number {
    return this.#length;
  }

  get inode(): string {
    return String(this.stat.ino);
  }

  /** The file as it is now. */
  refresh(): void {
    this.stat = fstatSync(this.fd, { bigint: true });
    this.#length = Math.max(this.#length, this.size);
  }

  /** Reading begins at an offset of this file, which is known to be correct. */
  startAt(offset: number): void {
    this.#begun = this.describe();
    this.#read = offset;
    this.#head = this.#at(0, Math.min(headBytes, offset));
    this.#tail = this.#at(Math.max(0, offset - tailBytes), offset);
    this.#print = undefined;
  }

  /**
   * Whether the file still is the one that was read. It may have been cut short, and perhaps written again.
   * @param readOffset up to where bytes have come from it, noted or not.
   */
  isContinued(readOffset: number): boolean {
    this.refresh();
    if (this.size < Math.max(readOffset, this.#length)) return false;
    if (this.#read < this.#begun.size && !this.has(this.#begun)) return false;
    if (!this.#at(0, this.#head.length).equals(this.#head)) return false;
    return this.#read <= headBytes || this.#at(this.#read - this.#tail.length, this.#read).equals(this.#tail);
  }

  /** Notes what has been read next, from `from` to `to`. */
  note(bytes: Buffer, from: number, to: number): void {
    if (to === from) return;
    this.#read += to - from;
    this.#print = undefined;
    if (this.#head.length < headBytes)
      this.#head = Buffer.concat([
        this.#head,
        bytes.subarray(from, Math.min(to, from + headBytes - this.#head.length)),
      ]);
    const last = bytes.subarray(Math.max(from, to - tailBytes), to);
    const before = this.#tail.subarray(Math.max(0, this.#tail.length + last.length - tailBytes));
    this.#tail = Buffer.concat([before, last]);
  }

  /** The print of what is known to be in it; the same object as long as nothing is added. */
  get print(): Print {
    if (this.#read < this.#begun.size) return this.#begun;
    const tail = this.#read > headBytes ? this.#tail : undefined;
    this.#print ??= { size: this.#read, digest: digest(this.#head, tail) };
    return this.#print;
  }

  /** Its first line, as far as it has been read, without what is beyond 512 bytes. */
  get firstLine(): Buffer {
    const lineFeed = this.#head.indexOf(10);
    return lineFeed < 0 ? this.#head : this.#head.subarray(0, lineFeed + 1);
  }

  /** The print of all that is in it now, read or not. */
  describe(): KnownFile {
    return { inode: this.inode, size: this.size, digest: this.#digestAt(this.size) };
  }

  /** Whether this file is the other one, or a copy of it. An empty file proves nothing. */
  has({ size, digest: expected }: Print): boolean {
    return size > 0 && this.size >= size && this.#digestAt(size) === expected;
  }

  /** Whether this is the file that was known, under any name. */
  is(known: KnownFile): boolean {
    return this.inode === known.inode && (known.size === 0 || this.has(known));
  }

  close(): void {
    closeSync(this.fd);
  }

  #digestAt(size: number): string {
    const head = this.#at(0, Math.min(headBytes, size));
    return digest(head, size > headBytes ? this.#at(size - tailBytes, size) : undefined);
  }

  /** Returns fewer bytes where the file ends. */
  #at(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    let count = 0;
    while (count < bytes.length) {
      const more = readSync(this.fd, bytes, count, bytes.length - count, start + count);
      if (more === 0) break;
      count += more;
    }
    return bytes.subarray(0, count);
  }
}

const digest = (head: Uint8Array, tail?: Uint8Array): string =>
  hash('sha256', tail ? Buffer.concat([head, tail]) : head).slice(0, 16);

/** How often the files are listed again when a rotation happened during the listing. */
const attempts = 5;

/**
 * Opens the log file and every rotated one beside it (`app.log.1`, the newest, and so on). Looking from the newest to the
 * oldest, a file that is renamed meanwhile is met twice, not missed; only a new one can be, and is found next time.
 * The caller closes them.
 * @returns the oldest first. @throws the system's error when the directory or a file cannot be read.
 */
export function openAll(path: string): OpenFile[] {
  for (let attempt = 1; ; attempt++) {
    const before = statOf(path);
    const files = openOnce(path);
    const after = statOf(path);
    const settled = before && after ? sameFile(before, after) : before === after;
    if (settled || attempt === attempts) return files;
    for (const file of files) file.close();
  }
}

function openOnce(path: string): OpenFile[] {
  const files: OpenFile[] = [];
  try {
    const last = highestNumber(path);
    // One more than listed for each rotation since the listing.
    for (let number = 0, missing = 0; number <= last || missing === 0; number++) {
      const file = OpenFile.open(number === 0 ? path : `${path}.${number}`, number === 0);
      if (!file) missing++;
      else if (files.some((known) => sameFile(known.stat, file.stat))) file.close();
      else files.push(file);
    }
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
  return files.toReversed();
}

function highestNumber(path: string): number {
  const prefix = `${basename(path)}.`;
  let names: string[];
  try {
    names = readdirSync(dirname(path));
  } catch (error) {
    // The app has not created it yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  const numbers = names
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,5}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return Math.max(0, ...numbers);
}

/** @returns undefined when there is none. @throws the system's error. */
export function statOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

/** How many first lines of earlier files are remembered. */
const remembered = 16;

/** What the names of files depend on besides the file itself. The next process needs it. */
export interface NameState {
  readonly lastName: string;
  readonly firstLines: readonly string[];
}

/**
 * Names files for the readers of the output: a file has the same name at every reading, and every other file has
 * another one. Inode number and first line, which usually has a time, are enough for that. When a first line comes
 * again, as a banner does, the inode number could come again, too: then the name also depends on the previous file.
 */
export class FileNames {
  #lastName = '';
  #firstLines: readonly string[] = [];

  get state(): NameState {
    return { lastName: this.#lastName, firstLines: this.#firstLines };
  }

  resume({ lastName, firstLines }: NameState): void {
    this.#lastName = lastName;
    this.#firstLines = firstLines;
  }

  /** Call it once for each file, in order. */
  name(inode: string, firstLine: Uint8Array): string {
    const line = hash('sha256', firstLine).slice(0, 8);
    const before = this.#firstLines.includes(line) ? `${this.#lastName}:` : '';
    const content = Buffer.concat([Buffer.from(`${before}${inode}:`), firstLine]);
    this.#lastName = hash('sha256', content).slice(0, 12);
    this.#firstLines = [...this.#firstLines, line].slice(-remembered);
    return this.#lastName;
  }
}
