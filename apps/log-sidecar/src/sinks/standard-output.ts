import { fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stats } from '../stats.ts';
import type { Trouble } from '../trouble.ts';

/** Nobody reads any more and nobody ever will: the process has to end, and the next one goes on at the checkpoint. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

const retryMs = 500;

/** Writes to a file descriptor in order and completely, at the pace of whoever reads it. */
export class StandardOutput {
  readonly #fd: number;
  readonly #stats: Stats;
  readonly #trouble: Trouble;
  /** For a pipe or socket: makes it non-blocking, and tells when there is room again. */
  readonly #stream: Socket | undefined;
  #blockedSince: number | undefined;

  constructor(fd: number, stats: Stats, trouble: Trouble) {
    this.#fd = fd;
    this.#stats = stats;
    this.#trouble = trouble;
    const kind = fstatSync(fd);
    if (!kind.isFIFO() && !kind.isSocket()) return;
    this.#stream = new Socket({ fd, readable: false, writable: true });
    // An error is also given to the write that meets it.
    this.#stream.on('error', () => {});
  }

  /** For how long a write has been waiting for the reader, in milliseconds. */
  get blockedMs(): number {
    return this.#blockedSince === undefined ? 0 : performance.now() - this.#blockedSince;
  }

  /**
   * @returns undefined when all is written, as it nearly always is; otherwise a promise of that, and the bytes must stay
   * as they are until then. @throws {OutputClosed}, also as the promise's rejection.
   */
  write(bytes: Buffer, start: number, end: number): Promise<void> | undefined {
    let at = start;
    try {
      while (at < end) at += writeSync(this.#fd, bytes, at, end - at);
    } catch (error) {
      return this.#finish(bytes, at, end, error as NodeJS.ErrnoException);
    }
    this.#stats.writtenBytes += end - start;
    return undefined;
  }

  async #finish(bytes: Buffer, start: number, end: number, error: NodeJS.ErrnoException): Promise<void> {
    this.#blockedSince = performance.now();
    try {
      let at = start;
      for (let problem: NodeJS.ErrnoException | undefined = error; problem;) {
        at = await this.#untilWritable(bytes, at, end, problem);
        problem = undefined;
        try {
          while (at < end) at += writeSync(this.#fd, bytes, at, end - at);
        } catch (again) {
          problem = again as NodeJS.ErrnoException;
        }
      }
    } finally {
      this.#blockedSince = undefined;
    }
    this.#stats.writtenBytes += end - start;
    this.#trouble.recovered('standard output can be written again');
  }

  /** @returns how far it has written meanwhile. */
  async #untilWritable(
    bytes: Buffer,
    at: number,
    end: number,
    { code = '' }: NodeJS.ErrnoException,
  ): Promise<number> {
    if (code === 'EPIPE' || code === 'ECONNRESET')
      throw new OutputClosed(`standard output is closed (${code})`);
    if (code !== 'EAGAIN') {
      this.#trouble.failed(code, 'standard output cannot be written: waiting');
      await delay(retryMs);
      return at;
    }
    this.#stats.stdoutWaits++;
    if (!this.#stream) {
      await delay(1);
      return at;
    }
    await streamWrite(this.#stream, bytes.subarray(at, end));
    return end;
  }
}

const streamWrite = (stream: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(bytes, (error) => {
      if (error) reject(new OutputClosed('standard output is closed', { cause: error }));
      else resolve();
    });
  });
