import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setImmediate as yieldToEvents, setTimeout as delay } from 'node:timers/promises';
import type { FailureLog, Stats } from '../metrics.ts';

/** No reader is left, and none will come: the process has to end, and the next one goes on at the checkpoint. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** How often a write is attempted again at once, before the reader is waited for in earnest. */
const shortWaits = 50;
/** How long the reader is waited for before the next attempt at most, and after another failure, in milliseconds. */
const longestWaitMs = 16;
const failureWaitMs = 500;

/** Writes to a file descriptor in order and completely, at the pace of its reader. */
export class StandardOutput {
  readonly #fd: number;
  readonly #stats: Stats;
  readonly #failures: FailureLog;
  /** Only makes a pipe or socket non-blocking, which nothing else in Node does; held so that it stays open. */
  readonly #handle: Socket | undefined;
  #blockedSince: number | undefined;

  constructor(fd: number, stats: Stats, failures: FailureLog) {
    this.#fd = fd;
    this.#stats = stats;
    this.#failures = failures;
    const kind = fstatSync(fd);
    if (kind.isFIFO() || kind.isSocket()) this.#handle = new Socket({ fd, readable: false, writable: true });
    this.#handle?.unref();
  }

  /** For how long a write has been waiting for the reader, in milliseconds. */
  get blockedMs(): number {
    return this.#blockedSince === undefined ? 0 : performance.now() - this.#blockedSince;
  }

  /** Writes without waiting. @returns how far it came: to `end`, nearly always. @throws {OutputClosed} */
  tryWrite(bytes: Buffer, start: number, end: number): number {
    let at = start;
    try {
      while (at < end) at += writeSync(this.#fd, bytes, at, end - at);
      this.#failures.recovered('standard output can be written again');
    } catch (error) {
      this.#judge(error as NodeJS.ErrnoException);
    }
    this.#stats.writtenBytes += at - start;
    return at;
  }

  /**
   * Attempts again until all is written; the bytes must stay as they are until then. A stream would learn when there is
   * room, but would report a write later than a system call does, and the checkpoint has to follow at once.
   * @throws {OutputClosed}
   */
  async finish(bytes: Buffer, start: number, end: number): Promise<void> {
    this.#blockedSince = performance.now();
    let attempts = 0;
    for (let at = start; at < end; attempts++) {
      // A reader at work makes room within microseconds.
      if (this.#failures.code !== undefined) await delay(failureWaitMs);
      else if (attempts < shortWaits) await yieldToEvents();
      else await delay(Math.min(2 ** ((attempts - shortWaits) / 4), longestWaitMs));
      const reached = this.tryWrite(bytes, at, end);
      if (reached > at) attempts = 0;
      at = reached;
    }
    this.#blockedSince = undefined;
  }

  #judge({ code = 'unknown' }: NodeJS.ErrnoException): void {
    if (code === 'EPIPE' || code === 'ECONNRESET')
      throw new OutputClosed(`standard output is closed (${code})`);
    if (code === 'EAGAIN') this.#stats.stdoutWaits++;
    else this.#failures.failed(code, 'standard output cannot be written: waiting');
  }
}
