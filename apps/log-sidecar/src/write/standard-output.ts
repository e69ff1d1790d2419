import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setImmediate as yieldToEvents, setTimeout as delay } from 'node:timers/promises';
import type { FailureLog, Stats } from '../metrics.ts';

/** There is no reader any more: the process has to end, and the next one continues at the checkpoint. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** How often a write is retried at once, before waiting longer. */
const shortWaits = 50;
/** The longest wait before the next attempt: for the reader, and after another failure; milliseconds. */
const longestWaitMs = 16;
const failureWaitMs = 500;

/** Writes to a file descriptor, in order and completely, as fast as its reader takes it. */
export class StandardOutput {
  readonly #fd: number;
  readonly #stats: Stats;
  readonly #failures: FailureLog;
  /** It makes a pipe or socket non-blocking, which nothing else in Node does. Kept so that it stays open. */
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

  /** For how many milliseconds a write has been waiting for the reader. */
  get blockedMs(): number {
    return this.#blockedSince === undefined ? 0 : performance.now() - this.#blockedSince;
  }

  /** Writes without waiting. @returns how far it came, nearly always to `end`. @throws {OutputClosed} */
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
   * Retries until everything is written; the bytes must not change until then. A stream would notice when there is
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
