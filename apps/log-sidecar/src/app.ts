import { setImmediate as yieldToEvents, setTimeout as delay } from 'node:timers/promises';
import type { Lifecycle } from '@shop/lifecycle';
import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { SidecarConfig } from './config.ts';
import { Follower } from './follow/follower.ts';
import { createStats, FailureLog, registerMetrics, type Stats } from './metrics.ts';
import { Pipeline } from './pipeline.ts';
import { Output } from './transform/output.ts';
import { Transformer } from './transform/transformer.ts';
import { Checkpoint } from './write/checkpoint.ts';
import { Delivery, Doubt } from './write/delivery.ts';
import { HttpSink } from './write/http-sink.ts';
import { StandardOutput } from './write/standard-output.ts';

export interface SidecarOptions {
  readonly config: Omit<SidecarConfig, 'adminHost' | 'adminPort' | 'logLevel'>;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly lifecycle: Lifecycle;
  /** Where the lines go: the file descriptor of standard output. */
  readonly outputFd: number;
}

export interface Sidecar {
  readonly stats: Stats;
  /** Follows the file until `stop`. @throws {OutputClosed} when the output has no reader any more. */
  run(): Promise<void>;
  /** Reads what is there to the end, within DRAIN_TIMEOUT_MS, and resolves when everything is written. */
  stop(): Promise<void>;
}

const chunkBytes = 64 * 1024;

/** How long, at the end of the process, a line is waited for that has been written in part; a writer at work needs far less. */
const unfinishedWaitMs = 1000;

const now = (): number => performance.now();

async function check({ code }: FailureLog): Promise<void> {
  if (code !== undefined) throw new Error(code);
}

/** Builds the whole sidecar; nothing is opened yet but the output. */
export function createSidecar({ config, logger, registry, lifecycle, outputFd }: SidecarOptions): Sidecar {
  const stats = createStats();
  const failures = (what: ConstructorParameters<typeof FailureLog>[0]) => new FailureLog(what, logger, stats);
  const input = failures('input');
  const outputFailures = failures('stdout');
  const { logFile: path, maxLineBytes } = config;
  const follower = new Follower({ path, chunkBytes, maxLineBytes, stats, logger });
  const checkpoint = new Checkpoint(config.checkpointFile, failures('checkpoint'), now);
  const standardOutput = new StandardOutput(outputFd, stats, outputFailures);
  const sink = config.sink && new HttpSink(config.sink, { stats, logger, failures: failures('sink') });
  const output = new Output();
  const doubt = new Doubt();
  const mayRepeat = (bytes: number): boolean => doubt.mayRepeat(bytes);
  const transformer = new Transformer(config.transform, { output, mayRepeat, stats, now });
  const delivery = new Delivery({ checkpoint, doubt, output, standardOutput, sink });
  const pipeline = new Pipeline({ follower, transformer, output, delivery });
  registerMetrics(registry, stats, {
    lagBytes: () => follower.lagBytes,
    checkpointAgeMs: () => checkpoint.age,
    stdoutBlockedMs: () => standardOutput.blockedMs,
    sinkBufferBytes: () => sink?.bufferedBytes ?? 0,
  });
  lifecycle.addReadinessCheck('input', () => check(input));
  lifecycle.addReadinessCheck('stdout', () => check(outputFailures));

  const stopping = new AbortController();
  let deadline = Infinity;
  /** Until when a line whose end is missing is waited for. */
  let unfinishedUntil = 0;
  let running: Promise<void> | undefined;
  let surveyedAt = -Infinity;

  /** The system's errors are waited out; anything else is a defect. */
  function attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  function failed(error: unknown): void {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || (syscall === undefined && code !== 'EINVAL')) throw error;
    input.failed(code, `the log cannot be read: ${message}`);
  }

  async function turn(): Promise<boolean> {
    try {
      const busy = await pipeline.turn();
      input.recovered('the log can be read again');
      return busy;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  async function follow(): Promise<void> {
    let atEnd = false;
    pipeline.resume();
    while (now() < deadline) {
      const busy = await turn();
      if (now() - surveyedAt >= config.pollIntervalMs) {
        attempt(() => follower.survey());
        surveyedAt = now();
      }
      // Events are served between two chunks, however much there is to read.
      atEnd = !busy && stopping.signal.aborted;
      if (atEnd && (follower.unfinishedBytes === 0 || now() >= unfinishedUntil)) break;
      if (busy) await yieldToEvents();
      else if (atEnd) await delay(Math.min(config.pollIntervalMs, Math.max(1, unfinishedUntil - now())));
      else await delay(config.pollIntervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
    await pipeline.finish(atEnd);
    const { unfinishedBytes } = follower;
    if (atEnd && unfinishedBytes > 0)
      logger.warn({ unfinishedBytes }, 'the last line has no end yet: it is left to the next process');
    follower.close();
    checkpoint.close();
  }

  return {
    stats,
    run: () => (running ??= follow()),
    async stop() {
      deadline = now() + config.drainTimeoutMs;
      unfinishedUntil = now() + Math.min(unfinishedWaitMs, config.drainTimeoutMs / 2);
      stopping.abort();
      const finished = await Promise.race([
        (running ?? Promise.resolve()).then(() => true),
        delay(config.drainTimeoutMs, false, { ref: false }),
      ]);
      if (!finished || follower.lagBytes > 0)
        logger.error({ lagBytes: follower.lagBytes }, 'not everything could be passed on in time');
      await sink?.close(Math.max(0, deadline - now()));
    },
  };
}
