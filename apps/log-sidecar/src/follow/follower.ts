import type { Logger } from '@shop/logging';
import type { Stats } from '../metrics.ts';
import { LineReader } from './line-reader.ts';
import {
  FileNames,
  openAll,
  sameFile,
  statOf,
  type KnownFile,
  type NameState,
  type OpenFile,
} from './log-files.ts';

/** The file being read, as far as it can be recognised later, and what is known of those before it. */
export interface FilePlace extends KnownFile {
  /** Its name in the output. */
  readonly id: string;
  /** In bytes, when it was looked at last; `size` is how far it has been read. */
  readonly length: number;
  /** Files that were there before it, oldest first; the last 16. */
  readonly older: readonly KnownFile[];
  readonly names: NameState;
}

export interface Position {
  /** Nothing has been read yet when there is none. */
  readonly file?: FilePlace | undefined;
  /** Everything before it has been written out. */
  readonly offset: number;
  /** How many bytes of output may have been written after this at most; 0 from a process that ended by itself. */
  readonly inDoubt: number;
  /** The output ends in the middle of a line. */
  readonly torn?: boolean;
}

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

/** How many of the files before the one being read are remembered. */
const olderRemembered = 16;

/**
 * Follows a log file through rotations, however many there are between two looks, and truncation. It holds the file being
 * read open, which keeps its bytes even when it is deleted, and no other. Which file is newer is a matter of their order
 * and of what was seen of them, never of their times: a clock goes back, and a restored file has the time it once had.
 * Methods throw the system's errors and can be called again.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly reader: LineReader;
  readonly #backlog = new Backlog();
  readonly #names = new FileNames();
  #file: OpenFile | undefined;
  /** Its name in the output. */
  #id: string | undefined;
  /** Files that were there before the one being read, oldest first. */
  #older: readonly KnownFile[] = [];
  #place: FilePlace | undefined;
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

  /** The name of the file being read; to be read once its first line, which it is made of, has been read. */
  get fileId(): string {
    const file = this.#opened();
    this.#id ??= this.#names.name(file.inode, file.firstLine);
    return this.#id;
  }

  /**
   * The file being read, for the checkpoint; the same object for as long as nothing in it has changed.
   * @returns undefined until it has a name.
   */
  get place(): FilePlace | undefined {
    const file = this.#file;
    const id = this.#id;
    if (!file || id === undefined) return undefined;
    const { size, digest } = file.print;
    const known = this.#place;
    if (known?.digest === digest && known.size === size && known.length === file.length) return known;
    const { inode, length } = file;
    this.#place = { inode, size, digest, length, id, older: this.#older, names: this.#names.state };
    return this.#place;
  }

  /** Bytes of a last line that has no line feed yet, in memory. */
  get unfinishedBytes(): number {
    return this.#file ? this.reader.readOffset - this.reader.lineOffset : 0;
  }

  /** Bytes that are there and have not been read, as far as known since the last `survey`. */
  get lagBytes(): number {
    const unread = this.#file ? Math.max(0, this.#file.size - this.reader.lineOffset) : 0;
    return unread + this.#backlog.bytes;
  }

  /** To be called before `open`: goes on where a checkpoint says. */
  resume(position: Position): void {
    if (!position.file) return;
    this.#resumeAt = position;
    this.#older = position.file.older;
    this.#names.resume(position.file.names);
  }

  /** Opens the file to begin with: the one of the checkpoint, or the oldest. @returns whether there is one. */
  open(): boolean {
    const files = openAll(this.#options.path);
    const at = this.#resumeAt;
    if (!at?.file) return this.#begin(files, files[0]);
    const known = at.file;
    const same =
      files.find((file) => file.is(known)) ??
      // A copy: of a file that was copied and then truncated, or of a volume that was restored.
      files.find((file) => file.has(known));
    if (!same) return this.#beginAfterGap(files, known.length - at.offset);
    this.#begin(files, same, at.offset);
    this.#id = known.id;
    return true;
  }

  /** Reads more of the file. */
  read(): ReadResult {
    const file = this.#opened();
    const known = file.length;
    const count = this.reader.fill(file.fd);
    if (!file.isContinued(this.reader.readOffset)) return this.#cutShort(file, known, count);
    this.#taken(file, count);
    if (count > 0) return 'data';
    const current = statOf(this.#options.path);
    if (current && sameFile(current, file.stat)) return 'waiting';
    // A writer that begins a new file may write to this one until it does: the new one is empty until then.
    if (!this.#look((newer) => newer.some(({ size }) => size > 0))) return 'waiting';
    const more = this.reader.fill(file.fd);
    this.#taken(file, more);
    return more > 0 ? 'data' : 'ended';
  }

  /** Goes on with the file after the one that has ended. @returns whether there is one yet. */
  next(): boolean {
    const ended = this.#opened();
    const files = openAll(this.#options.path);
    const { stats } = this.#options;
    const at = files.findIndex(({ stat }) => sameFile(stat, ended.stat));
    if (this.#truncated && at >= 0) return this.#begin(files, files[at]);
    const newer = this.#newer(files, at);
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
    if (!current || !sameFile(current, file.stat)) this.#look(() => true);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #opened(): OpenFile {
    if (!this.#file) throw new Error('no file is open');
    return this.#file;
  }

  #taken(file: OpenFile, count: number): void {
    const { bytes, to } = this.reader;
    file.note(bytes, to - count, to);
    this.#options.stats.readBytes += count;
  }

  /** Closes the other files and the one before. */
  #begin(files: readonly OpenFile[], chosen: OpenFile | undefined, offset = 0): boolean {
    if (chosen) this.#older = describeLast(files.slice(0, files.indexOf(chosen)));
    for (const file of files) if (file !== chosen) file.close();
    if (!chosen) return false;
    this.#file?.close();
    this.#file = chosen;
    this.#id = undefined;
    this.#place = undefined;
    this.#resumeAt = undefined;
    this.#truncated = false;
    chosen.startAt(offset);
    this.reader.seek(offset);
    return true;
  }

  #beginAfterGap(files: readonly OpenFile[], unread: number): boolean {
    const [oldest] = this.#newer(files, -1);
    if (oldest) this.#lost({ bytes: Math.max(0, unread), gap: true });
    return this.#begin(files, oldest);
  }

  /**
   * The files after the one being read, which is at `at`. If that is no longer there, those after the last one that was
   * there before it; the file at the path itself is always newer than one that is gone.
   */
  #newer(files: readonly OpenFile[], at: number): readonly OpenFile[] {
    if (at >= 0) return files.slice(at + 1);
    const older = files.findLastIndex((file) => !file.atPath && this.#older.some((known) => file.is(known)));
    return files.slice(older + 1);
  }

  #look<T>(judge: (newer: readonly OpenFile[]) => T): T {
    const file = this.#opened();
    const files = openAll(this.#options.path);
    try {
      const at = files.findIndex(({ stat }) => sameFile(stat, file.stat));
      const newer = this.#newer(files, at);
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
    const offset = this.reader.lineOffset;
    const copy = files.find(
      (other) => !sameFile(other.stat, file.stat) && other.size > offset && other.has(file.print),
    );
    if (copy) {
      const id = this.#id;
      this.#begin(files, copy, offset);
      this.#id = id;
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
        : 'the log was rotated more often than files are kept: lines may be lost';
    logger.error({ lostBytesAtLeast: bytes }, message);
  }
}

/** What is empty cannot be recognised. */
const describeLast = (files: readonly OpenFile[]): readonly KnownFile[] =>
  files
    .slice(-olderRemembered)
    .map((file) => file.describe())
    .filter(({ size }) => size > 0);

/** What has been lost since the update before. */
interface Loss {
  /** Bytes of files that were waiting; there may have been more that were never seen. */
  readonly bytes: number;
  /** Whether other files may have come and gone unseen. */
  readonly gap: boolean;
}

/** The files that come after the one being read, as they were last seen: what vanishes from here is lost. */
class Backlog {
  #files: readonly KnownFile[] = [];

  /** Bytes in files that have not been begun. */
  get bytes(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @param newer the files after the one being read, oldest first.
   * @param adjoining whether the first of them is certainly the next one.
   */
  update(newer: readonly OpenFile[], adjoining: boolean): Loss {
    // A file that was copied and then truncated is not lost.
    const gone = this.#files.filter((known) => !newer.some((file) => file.is(known) || file.has(known)));
    const bytes = gone.reduce((sum, { size }) => sum + size, 0);
    const gap = !adjoining && newer.length > 0 && (gone.length > 0 || this.#files.length === 0);
    this.#files = newer.map((file) => file.describe());
    return { bytes, gap };
  }

  /** The first one is being read from now on. */
  shift(): void {
    this.#files = this.#files.slice(1);
  }
}
