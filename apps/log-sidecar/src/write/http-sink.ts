import type { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import type { FailureLog, Stats } from '../metrics.ts';

// An `import` of node:http reads all of its exports, among them WebSocket, which loads undici: 9 MiB for nothing.
const http = process.getBuiltinModule('node:http');

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
  readonly failures: FailureLog;
}

/**
 * Sends lines to an HTTP receiver, one body at a time, in order, until each is accepted or finally refused. Nothing
 * waits for it: while the receiver is down, lines fill a buffer, and those that find no room are dropped and counted.
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

  /** Takes whole lines, or drops them if there is no room. */
  offer(bytes: Buffer, start: number, end: number, lines: number): void {
    if (!this.#buffer.add(bytes, start, end, lines)) return this.#drop(lines);
    if (this.#droppedInARow > 0) {
      this.#context.logger.info({ dropped: this.#droppedInARow }, 'the sink takes lines again');
      this.#droppedInARow = 0;
    }
    if (this.#buffer.ready) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), this.#options.flushMs);
  }

  /** Sends the rest for at most `withinMs`; then drops what is left. */
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
    // The first body is sent even if it is not full: it has waited long enough.
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
    const { stats, failures, logger } = this.#context;
    const { signal } = this.#closing;
    for (let pause = this.#options.retryMinMs; ; pause = Math.min(2 * pause, this.#options.retryMaxMs)) {
      const response = await post(batch.body, { ...this.#options, agent: this.#agent, signal });
      stats.sinkRequests[response.result]++;
      if (response.result === 'failed') {
        failures.failed(response.reason, 'the sink does not take lines: trying again');
        const wanted = Math.min(response.retryAfterMs ?? 0, this.#options.retryMaxMs);
        if (!(await this.#pause(Math.max(wanted, pause * (0.5 + Math.random() / 2))))) return false;
        stats.sinkRetries++;
        continue;
      }
      stats.sinkLines[response.result === 'ok' ? 'delivered' : 'rejected'] += batch.lines;
      if (response.result === 'ok') failures.recovered('the sink takes lines');
      else
        logger.error(
          { reason: response.reason, lines: batch.lines },
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

/** Lines to be sent as one body. */
interface LineBatch {
  readonly body: Buffer;
  readonly lines: number;
}

/** Lines waiting to be sent, gathered into bodies; never more bytes than the limit, bodies being sent included. */
class LineBuffer {
  readonly #batchBytes: number;
  readonly #maxBytes: number;
  #sealed: LineBatch[] = [];
  #parts: Buffer[] = [];
  #partBytes = 0;
  #partLines = 0;
  #bytes = 0;

  constructor(batchBytes: number, maxBytes: number) {
    this.#batchBytes = batchBytes;
    this.#maxBytes = maxBytes;
  }

  /** Bytes held in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get lines(): number {
    return this.#partLines + this.#sealed.reduce((sum, { lines }) => sum + lines, 0);
  }

  /** Whether a body is full. */
  get ready(): boolean {
    return this.#sealed.length > 0;
  }

  /** Copies whole lines. @returns false when there is no room for them. */
  add(bytes: Buffer, start: number, end: number, lines: number): boolean {
    const count = end - start;
    if (this.#bytes + count > this.#maxBytes) return false;
    if (this.#partBytes > 0 && this.#partBytes + count > this.#batchBytes) this.#seal();
    this.#parts.push(Buffer.from(bytes.subarray(start, end)));
    this.#partBytes += count;
    this.#partLines += lines;
    this.#bytes += count;
    if (this.#partBytes >= this.#batchBytes) this.#seal();
    return true;
  }

  /** The next body to send, full or not; its bytes count until `release`. */
  take(): LineBatch | undefined {
    if (!this.ready && this.#partBytes > 0) this.#seal();
    return this.#sealed.shift();
  }

  release(batch: LineBatch): void {
    this.#bytes -= batch.body.length;
  }

  /** Forgets everything. @returns how many lines that was. */
  clear(): number {
    const { lines } = this;
    this.#sealed = [];
    this.#parts = [];
    this.#partBytes = this.#partLines = this.#bytes = 0;
    return lines;
  }

  #seal(): void {
    this.#sealed.push({ body: Buffer.concat(this.#parts, this.#partBytes), lines: this.#partLines });
    this.#parts = [];
    this.#partBytes = this.#partLines = 0;
  }
}

/** `rejected`: the receiver will never take this body. `failed`: it may take it later. */
type PostResult =
  | { readonly result: 'ok' }
  | { readonly result: 'rejected'; readonly reason: string }
  | { readonly result: 'failed'; readonly reason: string; readonly retryAfterMs?: number };

interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole exchange, to the end of the response's body. */
  readonly timeoutMs: number;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

/** One connection, kept from one body to the next. */
const createAgent = (): Agent => new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Sends NDJSON. Never rejects: every failure is a result. */
function post(body: Buffer, { url, headers, timeoutMs, agent, signal }: PostOptions): Promise<PostResult> {
  return new Promise((resolve) => {
    const outgoing = http.request(url, {
      method: 'POST',
      agent,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: { ...headers, 'content-type': 'application/x-ndjson', 'content-length': body.length },
    });
    const failed = (error: NodeJS.ErrnoException): void =>
      resolve({
        result: 'failed',
        reason: error.name === 'AbortError' ? 'timeout' : (error.code ?? error.message),
      });
    outgoing.on('error', failed);
    outgoing.on('response', (response) => {
      response.on('error', failed);
      response.on('end', () => resolve(judge(response.statusCode ?? 0, response.headers['retry-after'])));
      response.resume();
    });
    outgoing.end(body);
  });
}

/** Statuses as in RFC 9110, 429 as in RFC 6585. */
function judge(status: number, retryAfter: string | undefined): PostResult {
  if (status >= 200 && status < 300) return { result: 'ok' };
  const reason = `status ${status}`;
  if (status !== 408 && status !== 429 && status < 500) return { result: 'rejected', reason };
  const seconds = Number(retryAfter);
  return { result: 'failed', reason, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
}
