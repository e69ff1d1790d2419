import type { Lifecycle } from '@shop/lifecycle';
import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import type { SidecarConfig } from './config.ts';
import { Follower } from './follow/follower.ts';
import { createStats, FailureLog, registerMetrics, type Stats } from './metrics.ts';
import { ChangeWatch, Loop, Pipeline } from './pipeline.ts';
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
  /** Reads to the end of what is there, within DRAIN_TIMEOUT_MS. Resolves when everything is written. */
  stop(): Promise<void>;
}

const chunkBytes = 64 * 1024;
/** While the kernel reports changes, an idle file is looked at so much less often. */
const idlePolls = 10;

const now = performance.now.bind(performance);

async function check({ code }: FailureLog): Promise<void> {
  if (code !== undefined) throw new Error(code);
}

/** Builds the whole sidecar. It opens nothing but the output. */
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
  const mayRepeat = doubt.mayRepeat.bind(doubt);
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

  const { pollIntervalMs, drainTimeoutMs } = config;
  const loop = new Loop({
    pipeline,
    follower,
    checkpoint,
    failures: input,
    logger,
    changes: new ChangeWatch(path),
    pollIntervalMs,
    idlePollIntervalMs: idlePolls * pollIntervalMs,
    drainTimeoutMs,
    now,
  });
  return {
    stats,
    run: () => loop.run(),
    async stop() {
      const leftMs = await loop.stop();
      await sink?.close(leftMs);
    },
  };
}
