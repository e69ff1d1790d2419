import { closeSync, constants, fstatSync, openSync, type BigIntStats } from 'node:fs';
import type { FilePlace } from './checkpoint.ts';
import { fileId, fingerprintOf, hasFingerprint, headBytes, readHead, type Fingerprint } from './file-head.ts';

/** Device and inode: the same file for as long as it is open, whatever it is called. */
export const sameFile = (a: BigIntStats, b: BigIntStats): boolean => a.ino === b.ino && a.dev === b.dev;

/** A file of the log, open for reading. What it is called is told by where it was found, and may have changed since. */
export class OpenFile {
  readonly fd: number;
  stat: BigIntStats;
  #head: Buffer = Buffer.alloc(0);
  #id: string | undefined;
  #place: FilePlace | undefined;

  private constructor(fd: number, stat: BigIntStats) {
    this.fd = fd;
    this.stat = stat;
  }

  /** @returns undefined when there is none. @throws the system's error; EINVAL for what is no regular file. */
  static open(path: string): OpenFile | undefined {
    let fd: number;
    try {
      // Without O_NONBLOCK a FIFO would hold up the whole process.
      fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isFile()) return new OpenFile(fd, stat);
    closeSync(fd);
    throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EINVAL' });
  }

  get size(): number {
    return Number(this.stat.size);
  }

  /** The file as it is now. */
  refresh(): void {
    this.stat = fstatSync(this.fd, { bigint: true });
  }

  /**
   * Looks whether the file is still the one whose bytes up to `readOffset` have been read, or has been cut short and
   * perhaps written anew.
   */
  isContinued(readOffset: number): boolean {
    this.refresh();
    if (this.size < readOffset) return false;
    const head = readHead(this.fd, Math.min(headBytes, this.size));
    if (
      head.length < this.#head.length ||
      head.compare(this.#head, 0, this.#head.length, 0, this.#head.length) !== 0
    )
      return false;
    if (head.length > this.#head.length) this.#head = head;
    return true;
  }

  /** Whether another file begins with what this one began with when it was read. */
  isCopiedTo(other: OpenFile): boolean {
    return other.has(this.fingerprint);
  }

  has(fingerprint: Fingerprint): boolean {
    return hasFingerprint(this.fd, fingerprint);
  }

  get fingerprint(): Fingerprint {
    return fingerprintOf(this.#head);
  }

  /** Its name in the output; fixed when first asked for, by when a line has been read. */
  get id(): string {
    this.#id ??= fileId(this.stat.ino, this.#head);
    return this.#id;
  }

  /** This is the file that was called so before. */
  adoptId(id: string): void {
    this.#id = id;
  }

  /** For the checkpoint; the same object for as long as nothing in it has changed. */
  get place(): FilePlace {
    const { dev, ino, mtimeNs } = this.stat;
    const known = this.#place;
    if (known && known.size === this.size && known.modified === String(mtimeNs)) return known;
    this.#place = {
      device: String(dev),
      inode: String(ino),
      head: this.fingerprint,
      id: this.id,
      size: this.size,
      modified: String(mtimeNs),
    };
    return this.#place;
  }

  close(): void {
    closeSync(this.fd);
  }
}
