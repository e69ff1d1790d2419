import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import type { Stats } from '../../stats.ts';
import type { Trouble } from '../../trouble.ts';
import { LineBuffer, type LineBatch } from './line-buffer.ts';
import { createAgent, post } from './post.ts';

export interface HttpSinkOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The size of a body, and of everything held. */
  readonly batchBytes: number;
  readonly bufferBytes: number;
  /** How long lines wait for a body to fill, in milliseconds. */
  readonly flushMs: number;
  readonly timeoutMs: number;
  /** The first and the longest pause before a body is sent again, in milliseconds. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

export interface HttpSinkContext {
  readonly stats: Stats;
  readonly logger: Logger;
  readonly trouble: Trouble;
}

/**
 * Sends lines to an HTTP receiver, one body at a time, in order, each until it is taken or refused for good. Nothing waits
 * for it: while it is down, lines fill a buffer, and those that find no room are dropped and counted.
 */
export class HttpSink {
  readonly #options: HttpSinkOptions;
  readonly #context: HttpSinkContext;
  readonly #buffer: LineBuffer;
  readonly #agent = createAgent();
  readonly #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #droppedInARow = 0;
  #flushing = false;
  #undelivered = 0;

  constructor(options: HttpSinkOptions, context: HttpSinkContext) {
    this.#options = options;
    this.#context = context;
    this.#buffer = new LineBuffer(options.batchBytes, options.bufferBytes);
  }

  get bufferedBytes(): number {
    return this.#buffer.bytes;
  }

  /** Takes whole lines, or drops them. */
  offer(bytes: Buffer, start: number, end: number, lines: number): void {
    if (!this.#buffer.add(bytes, start, end, lines)) return this.#drop(lines);
    if (this.#droppedInARow > 0) {
      this.#context.logger.info({ dropped: this.#droppedInARow }, 'the sink takes lines again');
      this.#droppedInARow = 0;
    }
    if (this.#buffer.ready) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#options.flushMs);
  }

  /** Sends what is left for at most so long; the rest is dropped. */
  async close(withinMs: number): Promise<void> {
    this.#flushing = true;
    this.#send();
    const end = setTimeout(() => this.#closing.abort(), withinMs);
    await this.#sending;
    clearTimeout(end);
    clearTimeout(this.#timer);
    const lost = this.#undelivered + this.#buffer.clear();
    this.#agent.destroy();
    if (lost === 0) return;
    this.#context.stats.sinkLines.shutdown += lost;
    this.#context.logger.error({ dropped: lost }, 'the sink did not take all lines before the end');
  }

  #drop(lines: number): void {
    this.#context.stats.sinkLines.buffer_full += lines;
    if (this.#droppedInARow === 0)
      this.#context.logger.error('the buffer of the sink is full: lines are dropped for it');
    this.#droppedInARow += lines;
  }

  #send(): void {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // The first body goes however full it is: its time has come.
    for (let batch = this.#buffer.take(); batch; batch = this.#more()) {
      const sent = await this.#deliver(batch);
      this.#buffer.release(batch);
      if (!sent) return void (this.#undelivered += batch.lines);
    }
    if (this.#buffer.bytes > 0) this.#timer = setTimeout(() => this.#send(), this.#options.flushMs);
  }

  #more(): LineBatch | undefined {
    return this.#buffer.ready || this.#flushing ? this.#buffer.take() : undefined;
  }

  /** @returns false when it was not delivered because the sink is being closed. */
  async #deliver(batch: LineBatch): Promise<boolean> {
    const { stats, trouble, logger } = this.#context;
    const { signal } = this.#closing;
    for (let pause = this.#options.retryMinMs; ; pause = Math.min(2 * pause, this.#options.retryMaxMs)) {
      const answer = await post(batch.body, { ...this.#options, agent: this.#agent, signal });
      stats.sinkRequests[answer.result]++;
      if (answer.result === 'failed') {
        trouble.failed(answer.reason, 'the sink does not take lines: trying again');
        const asked = Math.min(answer.retryAfterMs ?? 0, this.#options.retryMaxMs);
        if (!(await this.#pause(Math.max(asked, pause * (0.5 + Math.random() / 2))))) return false;
        stats.sinkRetries++;
        continue;
      }
      stats.sinkLines[answer.result === 'ok' ? 'delivered' : 'rejected'] += batch.lines;
      if (answer.result === 'ok') trouble.recovered('the sink takes lines');
      else
        logger.error(
          { reason: answer.reason, lines: batch.lines },
          'the sink refused lines for good: they are dropped for it',
        );
      return true;
    }
  }

  /** @returns whether to go on. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#closing;
    await delay(ms, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }
}
