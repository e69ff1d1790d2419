import { isUtf8 } from 'node:buffer';
import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as yieldToEvents, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import type { Follower } from './follow/follower.ts';
import type { FailureLog } from './metrics.ts';
import type { Output } from './transform/output.ts';
import type { Transformer } from './transform/transformer.ts';
import type { Checkpoint } from './write/checkpoint.ts';
import type { Delivery } from './write/delivery.ts';

export interface PipelineParts {
  readonly follower: Follower;
  readonly transformer: Transformer;
  readonly output: Output;
  readonly delivery: Delivery;
}

/** Lines from the file to the output, one chunk at a time: follow, transform, write. */
export class Pipeline {
  readonly #parts: PipelineParts;
  #begunFile: unknown;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Continues where the previous process stopped. Call it once, first. */
  resume(): void {
    const position = this.#parts.delivery.resume();
    if (position) this.#parts.follower.resume(position);
  }

  /** One chunk. @returns whether there may be more at once. @throws the system's errors; it can be called again. */
  async turn(): Promise<boolean> {
    const { follower, transformer } = this.#parts;
    if (!follower.file && !follower.open()) return false;
    const result = follower.read();
    if (result === 'ended') {
      await this.#passRest();
      return follower.next();
    }
    if (result === 'data') await this.#passLines();
    if (transformer.groupDue) {
      transformer.endGroup();
      await this.#deliver();
    }
    return result === 'data';
  }

  /** Lines are held back for a time, and have to be passed on after it. */
  get waits(): boolean {
    return this.#parts.transformer.waitingFrom !== undefined;
  }

  /**
   * @param atEnd everything has been read: a group of lines that waits for more is passed on. Half a line is not: the
   * next process reads the whole line, and only a whole line can be redacted.
   */
  async finish(atEnd: boolean): Promise<void> {
    const { transformer, delivery } = this.#parts;
    if (atEnd) {
      transformer.endGroup();
      await this.#deliver();
    }
    delivery.finish(atEnd);
  }

  async #passLines(): Promise<void> {
    const { follower, transformer, output } = this.#parts;
    const { reader } = follower;
    const [from, to] = reader.lines;
    const knownUtf8 = to > from && isUtf8(reader.bytes.subarray(from, to));
    while (reader.next()) {
      this.#beginFile();
      transformer.pass(reader, knownUtf8 && reader.end <= to);
      if (output.full) await this.#deliver();
    }
    await this.#deliver();
  }

  async #passRest(): Promise<void> {
    const { follower, transformer } = this.#parts;
    if (follower.reader.last()) {
      this.#beginFile();
      transformer.pass(follower.reader, false);
    }
    transformer.endGroup();
    await this.#deliver();
  }

  /** Waits for the file's first line, because the file's name is made of it. */
  #beginFile(): void {
    const { follower, transformer, delivery } = this.#parts;
    if (this.#begunFile === follower.file) return;
    this.#begunFile = follower.file;
    transformer.beginFile(follower.fileId);
    delivery.beginFile(follower.place, follower.reader.offset);
  }

  #deliver(): Promise<void> {
    const { follower, transformer, delivery } = this.#parts;
    return delivery.deliver(follower.place, transformer.waitingFrom ?? follower.reader.lineOffset);
  }
}

export interface LoopOptions {
  readonly pipeline: Pipeline;
  readonly follower: Follower;
  readonly checkpoint: Checkpoint;
  /** Failures of the followed file. */
  readonly failures: FailureLog;
  readonly logger: Logger;
  readonly changes: ChangeWatch;
  /** How often the file is looked at while nothing comes. */
  readonly pollIntervalMs: number;
  /** How often once nothing has come for as long, while the kernel says when there is more. */
  readonly idlePollIntervalMs: number;
  readonly drainTimeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** How long, at the end of the process, to wait for the rest of a line. A writer at work needs far less. */
const unfinishedWaitMs = 1000;

/** Runs the pipeline as long as the process lives. */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #deadline = Infinity;
  /** Until when to wait for a line whose end is missing. */
  #unfinishedUntil = 0;
  #surveyedAt = -Infinity;
  /** When something came or changed last. */
  #changedAt = -Infinity;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Follows the file until `stop`. @throws {OutputClosed} when the output has no reader any more. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Reads to the end of what is there, within `drainTimeoutMs`. @returns the milliseconds that are left of it. */
  async stop(): Promise<number> {
    const { follower, logger, drainTimeoutMs, now } = this.#options;
    this.#deadline = now() + drainTimeoutMs;
    this.#unfinishedUntil = now() + Math.min(unfinishedWaitMs, drainTimeoutMs / 2);
    this.#stopping.abort();
    const finished = await Promise.race([
      (this.#running ?? Promise.resolve()).then(() => true),
      delay(drainTimeoutMs, false, { ref: false }),
    ]);
    if (!finished || follower.lagBytes > 0)
      logger.error({ lagBytes: follower.lagBytes }, 'not everything could be passed on in time');
    return Math.max(0, this.#deadline - now());
  }

  async #run(): Promise<void> {
    const { pipeline, follower, checkpoint, changes, logger, pollIntervalMs, now } = this.#options;
    const { signal } = this.#stopping;
    let atEnd = false;
    pipeline.resume();
    while (now() < this.#deadline) {
      const busy = await this.#turn();
      this.#survey();
      // Events are handled between two chunks, even when there is much to read.
      atEnd = !busy && signal.aborted;
      if (atEnd && (follower.unfinishedBytes === 0 || now() >= this.#unfinishedUntil)) break;
      if (busy) {
        this.#changedAt = now();
        changes.disarm();
        await yieldToEvents();
      } else if (atEnd) await delay(Math.min(pollIntervalMs, Math.max(1, this.#unfinishedUntil - now())));
      else await this.#idle(signal);
    }
    changes.disarm();
    await pipeline.finish(atEnd);
    const { unfinishedBytes } = follower;
    if (atEnd && unfinishedBytes > 0)
      logger.warn({ unfinishedBytes }, 'the last line has no end yet: it is left to the next process');
    follower.close();
    checkpoint.close();
  }

  async #idle(signal: AbortSignal): Promise<void> {
    const { pipeline, changes, pollIntervalMs, idlePollIntervalMs, now } = this.#options;
    if (changes.armed) {
      if (await changes.wait(idlePollIntervalMs, signal)) this.#changedAt = now();
      return;
    }
    const idle = !pipeline.waits && now() - this.#changedAt >= idlePollIntervalMs;
    // What came before it was armed is found by one more look.
    if (idle && changes.arm()) return;
    await delay(pollIntervalMs, undefined, { signal }).catch(() => {});
  }

  async #turn(): Promise<boolean> {
    try {
      const busy = await this.#options.pipeline.turn();
      this.#options.failures.recovered('the log can be read again');
      return busy;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #survey(): void {
    const { follower, pollIntervalMs, now } = this.#options;
    if (now() - this.#surveyedAt < pollIntervalMs) return;
    try {
      follower.survey();
    } catch (error) {
      this.#failed(error);
    }
    this.#surveyedAt = now();
  }

  /** The system's errors are waited out. Any other error is a defect. */
  #failed(error: unknown): void {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || (syscall === undefined && code !== 'EINVAL')) throw error;
    this.#options.failures.failed(code, `the log cannot be read: ${message}`);
  }
}

/**
 * Notices when something happens in a file's folder, as the kernel reports it (inotify). It is armed only while nothing comes:
 * a busy file would be reported with every write. Some file systems report nothing, so the wait always has an end.
 */
export class ChangeWatch {
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  #change: AbortController | undefined;

  /** @param path the file; it need not be there, its folder has to be. */
  constructor(path: string) {
    this.#path = path;
  }

  get armed(): boolean {
    return this.#watcher !== undefined;
  }

  /** What happens from now on ends a `wait`. @returns false where the kernel refuses: no folder, or too many watches. */
  arm(): boolean {
    this.disarm();
    const change = new AbortController();
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, () => change.abort());
    } catch {
      return false;
    }
    this.#watcher.on('error', () => change.abort());
    this.#change = change;
    return true;
  }

  /** Waits for a change since `arm`, `withinMs`, or the signal. @returns whether there was a change; it is armed no longer then. */
  async wait(withinMs: number, signal: AbortSignal): Promise<boolean> {
    const change = this.#change?.signal ?? AbortSignal.abort();
    await delay(withinMs, undefined, { signal: AbortSignal.any([change, signal]) }).catch(() => {});
    if (!change.aborted) return false;
    this.disarm();
    return true;
  }

  disarm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#change = undefined;
  }
}
