import { Follower } from '../../src/follow/follower.ts';
import { createStats, FailureLog } from '../../src/metrics.ts';
import { Pipeline } from '../../src/pipeline.ts';
import { atomicBytes, Output } from '../../src/transform/output.ts';
import { Transformer, type TransformOptions } from '../../src/transform/transformer.ts';
import { Checkpoint } from '../../src/write/checkpoint.ts';
import { Delivery, Doubt } from '../../src/write/delivery.ts';
import type { LogDirectory } from './log-directory.ts';
import { createOwnLog } from './own-log.ts';

export interface OutputLine {
  readonly msg: string;
  readonly raw?: true;
  readonly log: {
    readonly file: string;
    readonly offset: number;
    readonly redelivered?: true;
    readonly lines?: number;
    readonly cutFromBytes?: number;
  };
  readonly [key: string]: unknown;
}

export interface StepwiseOptions {
  readonly transform?: Partial<TransformOptions>;
  readonly chunkBytes?: number;
  readonly maxLineBytes?: number;
  /** How much the output takes before its reader has to be waited for; default: everything. */
  readonly room?: number;
}

/**
 * At which write the process is killed: before it; after it (or after the part that there was room for) and before the
 * checkpoint; or while it waits for room for the rest.
 */
export interface Kill {
  readonly write: number;
  readonly when: 'before' | 'after' | 'in part' | 'waiting';
}

class Killed extends Error {}

/**
 * The sidecar, one step at a time: everything except the event loop and the pipe, with a process that can be killed
 * between any two system calls. Like in a pipe, what has been written stays for the reader.
 */
export class Stepwise {
  readonly own = createOwnLog();
  readonly #log: LogDirectory;
  readonly #options: StepwiseOptions;
  /** One character for each byte, because a kill may split a character. */
  #written = '';
  #life: Life | undefined;
  time = 0;
  /** Runs once, the next time that the follower looks up the file by name: when it has read the open one to its end. */
  beforeLook: (() => void) | undefined;

  constructor(log: LogDirectory, options: StepwiseOptions = {}) {
    this.#log = log;
    this.#options = options;
  }

  get text(): string {
    return Buffer.from(this.#written, 'latin1').toString();
  }

  /** Without what is empty or not JSON: the first half of a line that a kill has cut off. */
  get lines(): OutputLine[] {
    return this.text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as OutputLine];
      } catch {
        return [];
      }
    });
  }

  get messages(): string[] {
    return this.lines.map(({ msg }) => msg);
  }

  get life(): Life {
    this.#life ??= this.#start();
    return this.#life;
  }

  get stats() {
    return this.life.stats;
  }

  /** One turn. @returns whether there may be more. */
  turn(): Promise<boolean> {
    return this.life.pipeline.turn();
  }

  /** Turns until there is nothing left. */
  async idle(): Promise<void> {
    while (await this.turn());
  }

  /** SIGTERM: reads to the end and ends. */
  async end(): Promise<void> {
    await this.idle();
    await this.life.pipeline.finish(true);
    this.kill();
  }

  /** SIGKILL, between two turns. */
  kill(): void {
    this.#life?.follower.close();
    this.#life?.checkpoint.close();
    this.#life = undefined;
  }

  /** Turns until there is nothing left or the kill has happened. */
  async idleUntil(kill: Kill): Promise<void> {
    this.life.kill = kill;
    try {
      await this.idle();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    this.kill();
  }

  #start(): Life {
    const { transform, chunkBytes = 64 * 1024, maxLineBytes = 1024 * 1024 } = this.#options;
    const stats = createStats();
    const { logger } = this.own;
    const path = (): string => {
      const happens = this.beforeLook;
      this.beforeLook = undefined;
      happens?.();
      return this.#log.path;
    };
    const follower = new Follower({
      get path() {
        return path();
      },
      chunkBytes,
      maxLineBytes,
      stats,
      logger,
    });
    const checkpoint = new Checkpoint(
      this.#log.checkpointPath,
      new FailureLog('checkpoint', logger, stats),
      () => this.time,
    );
    const output = new Output();
    const doubt = new Doubt();
    const transformer = new Transformer(
      {
        origin: {},
        redact: { paths: [], censor: '[redacted]' },
        sampling: {},
        multiline: { continuation: /^\s/, maxLines: 500, maxBytes: maxLineBytes, flushMs: 1000 },
        ...transform,
      },
      { output, mayRepeat: (bytes) => doubt.mayRepeat(bytes), stats, now: () => this.time },
    );
    const { room = Infinity } = this.#options;
    let writes = 0;
    const take = (bytes: Buffer, start: number, end: number): void => {
      this.#written += bytes.toString('latin1', start, end);
    };
    const standardOutput = {
      tryWrite: (bytes: Buffer, start: number, end: number): number => {
        writes++;
        const { when } = life.kill?.write === writes ? life.kill : {};
        if (when === 'before') throw new Killed();
        // A pipe takes a write of up to this size as a whole or not at all.
        const atomic = end - start <= atomicBytes;
        if (when === 'waiting' || when === 'in part' || (end - start > room && writes % 3 === 0)) {
          // In the middle of its first line, or of any.
          const count = atomic ? 0 : when === 'in part' ? 10 : Math.floor((end - start) / 2);
          take(bytes, start, start + count);
          if (when === 'in part') throw new Killed();
          return start + count;
        }
        take(bytes, start, end);
        if (when === 'after') throw new Killed();
        return end;
      },
      finish: async (bytes: Buffer, start: number, end: number): Promise<void> => {
        if (life.kill?.when === 'waiting' && life.kill.write === writes) throw new Killed();
        take(bytes, start, end);
      },
    };
    const delivery = new Delivery({ checkpoint, doubt, output, standardOutput, sink: undefined });
    const pipeline = new Pipeline({ follower, transformer, output, delivery });
    const life: Life = { stats, follower, checkpoint, pipeline, kill: undefined };
    life.pipeline.resume();
    return life;
  }
}

interface Life {
  readonly stats: ReturnType<typeof createStats>;
  readonly follower: Follower;
  readonly checkpoint: Checkpoint;
  readonly pipeline: Pipeline;
  kill: Kill | undefined;
}

/** The output as a consumer reads it: without lines that are marked as redelivered and were seen before. */
export function withoutRepeated(lines: readonly OutputLine[]): OutputLine[] {
  const seen = new Set<string>();
  return lines.filter(({ log: { file, offset, redelivered } }) => {
    const position = `${file}:${offset}`;
    const repeated = redelivered === true && seen.has(position);
    seen.add(position);
    return !repeated;
  });
}
