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

/** The file being read, with what is needed to recognise it later, and the files before it. */
export interface FilePlace extends KnownFile {
  /** Its name in the output. */
  readonly id: string;
  /** Length in bytes when it was last checked; `size` is how far it has been read. */
  readonly length: number;
  /** Files that were there before it, oldest first; the last 16. */
  readonly older: readonly KnownFile[];
  readonly names: NameState;
}

export interface Position {
  /** Undefined while nothing has been read. */
  readonly file?: FilePlace | undefined;
  /** Everything before this offset has been written out. */
  readonly offset: number;
  /** How many bytes of output may have been written after this position; 0 if the last process ended by itself. */
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
 * `data`: bytes have come, and perhaps whole lines. `waiting`: nothing new now. `ended`: the file has been rotated away
 * or cut short, and nothing more will come: take the rest of it, then call `next`.
 */
export type ReadResult = 'data' | 'waiting' | 'ended';

/** How many files before the one being read are remembered. */
const olderRemembered = 16;

/**
 * Follows a log file through truncation and through any number of rotations between two checks. It keeps the file that
 * it reads open, and only that one: its bytes stay even when it is deleted. Which file is newer follows from their
 * order and content, never from their times: a clock can go back, and a restored file has its old time.
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
  /** Where the previous process stopped; used until a file is open. */
  #resumeAt: Position | undefined;
  #truncated = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.reader = new LineReader(options.chunkBytes, options.maxLineBytes);
  }

  get file(): OpenFile | undefined {
    return this.#file;
  }

  /** The name of the file being read. It is made of the first line: read that one first. */
  get fileId(): string {
    const file = this.#opened();
    this.#id ??= this.#names.name(file.inode, file.firstLine);
    return this.#id;
  }

  /**
   * The file being read, for the checkpoint; the same object as long as nothing about it has changed.
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

  /** Bytes in memory of a last line without a line feed. */
  get unfinishedBytes(): number {
    return this.#file ? this.reader.readOffset - this.reader.lineOffset : 0;
  }

  /** Bytes that were there and unread at the last `survey`. */
  get lagBytes(): number {
    const unread = this.#file ? Math.max(0, this.#file.size - this.reader.lineOffset) : 0;
    return unread + this.#backlog.bytes;
  }

  /** Call it before `open`: continues where a checkpoint says. */
  resume(position: Position): void {
    if (!position.file) return;
    this.#resumeAt = position;
    this.#older = position.file.older;
    this.#names.resume(position.file.names);
  }

  /** Opens the first file: the one of the checkpoint, or the oldest. @returns whether there is one. */
  open(): boolean {
    const files = openAll(this.#options.path);
    const at = this.#resumeAt;
    if (!at?.file) return this.#begin(files, files[0]);
    const known = at.file;
    const same =
      files.find((file) => file.is(known)) ??
      // A copy: the file was copied and then truncated, or the volume was restored.
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
    // After a rotation the app may still write to this file, until it writes to the new one: wait while that is empty.
    if (!this.#look((newer) => newer.some(({ size }) => size > 0))) return 'waiting';
    const more = this.reader.fill(file.fd);
    this.#taken(file, more);
    return more > 0 ? 'data' : 'ended';
  }

  /** Continues with the file after the one that has ended. @returns whether there is one yet. */
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

  /** Checks how far it is behind, and whether files have vanished unread. */
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

  /** Begins to read a file; closes the others and the previous one. */
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
   * The files after the one being read, whose index is `at`. If it is no longer there, those after the last file that
   * preceded it. The file at the log's own path is always newer than one that is gone.
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
   * The file no longer has what was read from it. If it was copied before it was truncated, as logrotate's copytruncate
   * does, the rest is read from the copy.
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

/** An empty file cannot be recognised. */
const describeLast = (files: readonly OpenFile[]): readonly KnownFile[] =>
  files
    .slice(-olderRemembered)
    .map((file) => file.describe())
    .filter(({ size }) => size > 0);

/** What has been lost since the previous update. */
interface Loss {
  /** Bytes of files that were waiting. There may have been more, never seen. */
  readonly bytes: number;
  /** Whether other files may have appeared and vanished unseen. */
  readonly gap: boolean;
}

/** The files after the one being read, as they were last seen. One that vanishes from here is lost. */
class Backlog {
  #files: readonly KnownFile[] = [];

  /** Bytes in files that have not been started. */
  get bytes(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * @param newer the files after the one being read, oldest first.
   * @param adjoining whether the first of them is certainly the next file.
   */
  update(newer: readonly OpenFile[], adjoining: boolean): Loss {
    // A file that was copied and then truncated is not lost.
    const gone = this.#files.filter((known) => !newer.some((file) => file.is(known) || file.has(known)));
    const bytes = gone.reduce((sum, { size }) => sum + size, 0);
    const gap = !adjoining && newer.length > 0 && (gone.length > 0 || this.#files.length === 0);
    this.#files = newer.map((file) => file.describe());
    return { bytes, gap };
  }

  /** The first one is now being read. */
  shift(): void {
    this.#files = this.#files.slice(1);
  }
}
