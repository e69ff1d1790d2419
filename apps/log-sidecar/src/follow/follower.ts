import type { Logger } from '@shop/logging';
import type { Stats } from '../stats.ts';
import { Backlog, type Loss } from './backlog.ts';
import type { FilePlace, Position } from './checkpoint.ts';
import { LineReader } from './line-reader.ts';
import { OpenFile, sameFile } from './open-file.ts';
import { openAll, statOf } from './snapshot.ts';

export interface FollowerOptions {
  /** The file being written. */
  readonly path: string;
  readonly chunkBytes: number;
  readonly maxLineBytes: number;
  readonly stats: Stats;
  readonly logger: Logger;
}

/**
 * `data`: bytes have come, and perhaps whole lines. `waiting`: not now. `ended`: the file has been rotated away, or cut
 * short, and nothing more will come: what is left of it is to be taken, then `next` called.
 */
export type ReadResult = 'data' | 'waiting' | 'ended';

/**
 * Follows a log file through rotations, however many there are between two looks, and truncation. It holds the file being
 * read open, which keeps its bytes even when it is deleted, and no other.
 * Methods throw the system's errors and can be called again.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly reader: LineReader;
  readonly #backlog = new Backlog();
  #file: OpenFile | undefined;
  /** Where the process before this one stopped, until a file is open. */
  #resumeAt: Position | undefined;
  #truncated = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.reader = new LineReader(options.chunkBytes, options.maxLineBytes);
  }

  get file(): OpenFile | undefined {
    return this.#file;
  }

  /** Bytes that are there and have not been read, as far as known since the last `survey`. */
  get lagBytes(): number {
    const unread = this.#file ? Math.max(0, this.#file.size - this.reader.lineOffset) : 0;
    return unread + this.#backlog.bytes;
  }

  /** To be called before `open`: goes on where a checkpoint says. */
  resume(position: Position): void {
    if (position.file) this.#resumeAt = position;
  }

  /** Opens the file to begin with: the one of the checkpoint, or the oldest. @returns whether there is one. */
  open(): boolean {
    const files = openAll(this.#options.path);
    const at = this.#resumeAt;
    if (!at?.file) return this.#begin(files, files[0]);
    const { inode, head } = at.file;
    const same =
      files.find((file) => String(file.stat.ino) === inode && file.has(head)) ??
      // A copy: of a file that was copied and then truncated, or of a volume that was restored.
      files.find((file) => file.has(head) && file.size >= at.offset);
    if (!same) return this.#beginAfterGap(files, at.file, at.offset);
    this.#begin(files, same);
    same.adoptId(at.file.id);
    this.reader.seek(Math.min(at.offset, same.size));
    // The head is in memory from here on.
    same.isContinued(0);
    return true;
  }

  /** Reads more of the file. */
  read(): ReadResult {
    const file = this.#opened();
    const known = file.size;
    const count = this.reader.fill(file.fd);
    if (!file.isContinued(this.reader.readOffset)) return this.#cutShort(file, known, count);
    this.#options.stats.readBytes += count;
    if (count > 0) return 'data';
    const current = statOf(this.#options.path);
    if (!current || sameFile(current, file.stat)) return 'waiting';
    // A writer that was told to begin a new file may write to this one until it does: the new one is empty until then.
    if (!this.#look((newer) => newer.some(({ size }) => size > 0))) return 'waiting';
    const more = this.reader.fill(file.fd);
    this.#options.stats.readBytes += more;
    return more > 0 ? 'data' : 'ended';
  }

  /** Goes on with the file after the one that has ended. @returns whether there is one yet. */
  next(): boolean {
    const ended = this.#opened();
    const files = openAll(this.#options.path);
    const { stats } = this.#options;
    const at = files.findIndex(({ stat }) => sameFile(stat, ended.stat));
    if (this.#truncated && at >= 0) return this.#begin(files, files[at]);
    const newer = newerThan(ended.stat.mtimeNs, files, at);
    this.#lost(this.#backlog.update(newer, at >= 0));
    const [successor] = newer;
    if (!successor) return this.#begin(files, undefined);
    stats.rotations++;
    this.#backlog.shift();
    return this.#begin(files, successor);
  }

  /** Looks how far behind it is, and whether files have vanished unread. */
  survey(): void {
    const file = this.#file;
    if (!file) return;
    file.refresh();
    const current = statOf(this.#options.path);
    if (current && !sameFile(current, file.stat)) this.#look(() => true);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #opened(): OpenFile {
    if (!this.#file) throw new Error('no file is open');
    return this.#file;
  }

  /** Closes the other files and the one before. */
  #begin(files: readonly OpenFile[], chosen: OpenFile | undefined): boolean {
    for (const file of files) if (file !== chosen) file.close();
    if (!chosen) return false;
    this.#file?.close();
    this.#file = chosen;
    this.#resumeAt = undefined;
    this.#truncated = false;
    this.reader.seek(0);
    return true;
  }

  #beginAfterGap(files: readonly OpenFile[], last: FilePlace, offset: number): boolean {
    const [oldest] = newerThan(BigInt(last.modified), files, -1);
    if (oldest) this.#lost({ bytes: Math.max(0, last.size - offset), gap: true });
    return this.#begin(files, oldest);
  }

  #look<T>(judge: (newer: readonly OpenFile[]) => T): T {
    const file = this.#opened();
    const files = openAll(this.#options.path);
    try {
      const at = files.findIndex(({ stat }) => sameFile(stat, file.stat));
      const newer = newerThan(file.stat.mtimeNs, files, at);
      this.#lost(this.#backlog.update(newer, at >= 0));
      return judge(newer);
    } finally {
      for (const other of files) other.close();
    }
  }

  /**
   * The file is no longer what has been read of it. If it was copied before it was truncated, as logrotate's
   * copytruncate does, the rest is read from the copy.
   */
  #cutShort(file: OpenFile, knownSize: number, count: number): ReadResult {
    const { stats, logger } = this.#options;
    this.reader.unfill(count);
    stats.truncations++;
    const files = openAll(this.#options.path);
    const copy = files.find(
      (other) =>
        !sameFile(other.stat, file.stat) && other.size > this.reader.lineOffset && file.isCopiedTo(other),
    );
    if (copy) {
      const { id } = file;
      const offset = this.reader.lineOffset;
      this.#begin(files, copy);
      copy.adoptId(id);
      this.reader.seek(offset);
      return 'data';
    }
    for (const other of files) other.close();
    this.#truncated = true;
    const lost = Math.max(0, knownSize - this.reader.readOffset);
    logger.warn({ lostBytesAtLeast: lost }, 'the log file was truncated: reading it from its beginning');
    stats.lostBytes += lost;
    return 'ended';
  }

  #lost({ bytes, gap }: Loss): void {
    const { stats, logger } = this.#options;
    if (bytes === 0 && !gap) return;
    stats.gaps++;
    stats.lostBytes += bytes;
    const message =
      bytes > 0
        ? 'files were rotated away before they were read: lines are lost'
        : 'more rotations than files are kept since the last look: lines may be lost';
    logger.error({ lostBytesAtLeast: bytes }, message);
  }
}

/**
 * The files after the one at `at`. If that is no longer there, those that were written to since it was: an older one that
 * was read long ago may still be. Clocks of file systems tick every few milliseconds; of two files written to in the same
 * tick the older one may thus come twice, rather than the newer one be lost.
 */
function newerThan(modified: bigint, files: readonly OpenFile[], at: number): readonly OpenFile[] {
  return at >= 0 ? files.slice(at + 1) : files.filter(({ stat }) => stat.mtimeNs >= modified);
}
