import fs, { writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DestinationStream } from 'pino';

/** The file system calls of a rotating file: those of `node:fs`, unless a test wants one to fail. */
type FileCalls = Pick<
  typeof fs,
  'openSync' | 'closeSync' | 'fstatSync' | 'readSync' | 'writeSync' | 'renameSync' | 'mkdirSync'
>;

/** Where an app's lines go when another process reads them from a file. */
export interface FileDestinationOptions {
  /** The file being written; rotated ones are beside it as `<path>.1` and so on. Its directory is made when missing. */
  readonly path: string;
  /** Bytes; default 10 MiB. */
  readonly maxBytes?: number | undefined;
  /** How many rotated files are kept; at least 1, default 5. */
  readonly filesKept?: number | undefined;
  /** After a failure nothing is tried for so many milliseconds: a full disk must not cost every line a system call. */
  readonly retryMs?: number;
  /** Called when lines are dropped and, once writing works again, with their number; default: one NDJSON line on stderr. */
  readonly report?: (problem: FileProblem) => void;
  readonly calls?: FileCalls;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

export type FileProblem =
  | { readonly state: 'failing'; readonly path: string; readonly code: string }
  | { readonly state: 'recovered'; readonly path: string; readonly dropped: number };

export interface FileDestination extends DestinationStream {
  /** @param lines one or more, each of which ends in a line feed. */
  write(lines: string): void;
  /** Lines lost to a full disk or an unwritable directory since the start. */
  readonly droppedLines: number;
  close(): void;
}

/**
 * A destination for `createLogger` that writes lines to a file at once and rotates it by size. It neither throws nor
 * waits: a line that cannot be written is dropped and counted. This is reported once, and once more when lines are
 * written again. A full disk must not stop the app.
 */
export function createFileDestination({
  path,
  maxBytes = 10 * 1024 * 1024,
  filesKept = 5,
  retryMs = 1000,
  report = reportOnStderr,
  now = () => performance.now(),
  ...rest
}: FileDestinationOptions): FileDestination {
  if (!(maxBytes >= 1) || !(filesKept >= 1))
    throw new RangeError('maxBytes and filesKept must be at least 1');
  const file = new RotatingFile({ path, maxBytes, filesKept, ...rest });
  let dropped = 0;
  let failing: { readonly droppedBefore: number; retryAt: number } | undefined;

  return {
    get droppedLines() {
      return dropped;
    },
    write(lines) {
      const bytes = Buffer.from(lines);
      if (failing && now() < failing.retryAt) {
        dropped += linesIn(bytes);
        return;
      }
      let written = 0;
      try {
        while (written < bytes.length) {
          file.append(bytes.subarray(written));
          written += file.appended;
        }
      } catch (error) {
        if (!failing) {
          failing = { droppedBefore: dropped, retryAt: 0 };
          report({ state: 'failing', path, code: (error as NodeJS.ErrnoException).code ?? String(error) });
        }
        failing.retryAt = now() + retryMs;
        // The line that is cut off counts, too.
        dropped += linesIn(bytes.subarray(written + file.appended));
        return;
      }
      if (!failing) return;
      report({ state: 'recovered', path, dropped: dropped - failing.droppedBefore });
      failing = undefined;
    },
    close: () => file.close(),
  };
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count += 1;
  return count;
}

function reportOnStderr(problem: FileProblem): void {
  const [level, msg] =
    problem.state === 'failing'
      ? ['error', 'the log file cannot be written: lines are dropped']
      : ['warn', 'the log file can be written again'];
  try {
    writeSync(2, `${JSON.stringify({ level, time: new Date().toISOString(), ...problem, msg })}\n`);
  } catch {
    // There is no other place to report it.
  }
}

interface RotatingFileOptions {
  readonly path: string;
  /** The file is rotated before it would exceed this. Only one line that is longer can make it larger. */
  readonly maxBytes: number;
  /** How many rotated files are kept: `app.log.1`, the newest, to `app.log.<kept>`. */
  readonly filesKept: number;
  readonly calls?: FileCalls;
}

const lineFeed = 10;

/**
 * An append-only file of whole lines with rotation by renaming: app.log becomes app.log.1, that app.log.2, and so on.
 * Every call is synchronous and may throw a system error; the object stays usable and tries again at the next line.
 */
class RotatingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #filesKept: number;
  readonly #calls: FileCalls;
  #fd: number | undefined;
  #size = 0;
  /** A failure has cut a line short: the next line must start on a new one. */
  #torn = false;
  /** How many bytes of the last call of `append` are in the file, also when it has thrown. */
  appended = 0;

  constructor({ path, maxBytes, filesKept, calls = fs }: RotatingFileOptions) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#filesKept = filesKept;
    this.#calls = calls;
  }

  /**
   * Appends as many of the lines as the file has room for, after a rotation where it has room for none; at least one.
   * @param lines at least one; each ends in a line feed.
   * @throws the system's error when they could not be written as a whole.
   */
  append(lines: Buffer): void {
    this.appended = 0;
    let fd = this.#open();
    let end = this.#fitting(lines);
    if (end === 0 && this.#size > 0) {
      this.#rotate();
      fd = this.#open();
      end = this.#fitting(lines);
    }
    const part = lines.subarray(0, end || lines.indexOf(lineFeed) + 1 || lines.length);
    if (this.#torn) this.#write(fd, Buffer.of(lineFeed));
    this.appended = 0;
    this.#write(fd, part);
  }

  /** @returns where the last line ends that still fits into the file; 0 when not even the first does. */
  #fitting(lines: Buffer): number {
    const room = this.#maxBytes - this.#size;
    if (lines.length <= room) return lines.length;
    return room <= 0 ? 0 : lines.lastIndexOf(lineFeed, room - 1) + 1;
  }

  close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    this.#calls.closeSync(fd);
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd;
    this.#calls.mkdirSync(dirname(this.#path), { recursive: true, mode: 0o750 });
    // a+: what was written before a restart stays, and its last byte can be read.
    const fd = this.#calls.openSync(this.#path, 'a+', 0o640);
    this.#fd = fd;
    this.#size = this.#calls.fstatSync(fd).size;
    const last = Buffer.alloc(1);
    // The process before this one may have died in the middle of a line.
    this.#torn =
      this.#size > 0 && this.#calls.readSync(fd, last, 0, 1, this.#size - 1) === 1 && last[0] !== lineFeed;
    return fd;
  }

  #write(fd: number, bytes: Buffer): void {
    // Nearly always one pass: only a disk that becomes full takes a part.
    while (this.appended < bytes.length) {
      const count = this.#calls.writeSync(fd, bytes, this.appended, bytes.length - this.appended);
      this.appended += count;
      this.#size += count;
      this.#torn = bytes[this.appended - 1] !== lineFeed;
    }
  }

  /**
   * Begins with the oldest file: a process that is killed in between leaves a gap in the numbers, and overwrites no
   * file.
   */
  #rotate(): void {
    this.close();
    for (let number = this.#filesKept - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`;
      try {
        this.#calls.renameSync(from, `${this.#path}.${number + 1}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}
