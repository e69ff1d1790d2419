import type { Logger } from '@shop/logging';
import { Counter, Gauge, type Registry } from '@prometheus-io/client';

/** What has been counted since the start; plain numbers, as a metrics library's counter costs more than a line does. */
export interface Stats {
  readonly lines: Record<LineResult, number>;
  redactedValues: number;
  invalidUtf8Lines: number;
  readBytes: number;
  writtenBytes: number;
  rotations: number;
  truncations: number;
  gaps: number;
  lostBytes: number;
  stdoutWaits: number;
  redeliveredLines: number;
  readonly failures: Record<Failure, number>;
  readonly sinkLines: Record<SinkLineResult, number>;
  readonly sinkRequests: Record<SinkRequestResult, number>;
  sinkRetries: number;
}

/** What happened to a line of the file; every line is exactly one of them. */
const lineResults = ['json', 'raw', 'joined', 'too_long', 'empty', 'dropped', 'sampled_out'] as const;
export type LineResult = (typeof lineResults)[number];

/** What can fail and be retried. */
export const failures = ['input', 'checkpoint', 'stdout', 'sink'] as const;
export type Failure = (typeof failures)[number];

const sinkLineResults = ['delivered', 'buffer_full', 'rejected', 'shutdown'] as const;
export type SinkLineResult = (typeof sinkLineResults)[number];

const sinkRequestResults = ['ok', 'rejected', 'failed'] as const;
export type SinkRequestResult = (typeof sinkRequestResults)[number];

const zeros = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

export const createStats = (): Stats => ({
  lines: zeros(lineResults),
  redactedValues: 0,
  invalidUtf8Lines: 0,
  readBytes: 0,
  writtenBytes: 0,
  rotations: 0,
  truncations: 0,
  gaps: 0,
  lostBytes: 0,
  stdoutWaits: 0,
  redeliveredLines: 0,
  failures: zeros(failures),
  sinkLines: zeros(sinkLineResults),
  sinkRequests: zeros(sinkRequestResults),
  sinkRetries: 0,
});

/**
 * A failure that may repeat thousands of times, and recover. It is counted each time, and logged only when it begins
 * and ends.
 */
export class FailureLog {
  readonly #what: Failure;
  readonly #logger: Logger;
  readonly #stats: Stats;
  #code: string | undefined;

  constructor(what: Failure, logger: Logger, stats: Stats) {
    this.#what = what;
    this.#logger = logger;
    this.#stats = stats;
  }

  /** The system's error code as long as it lasts: `ENOSPC`. */
  get code(): string | undefined {
    return this.#code;
  }

  failed(code: string, message: string): void {
    this.#stats.failures[this.#what]++;
    if (this.#code === code) return;
    this.#code = code;
    this.#logger.error({ code }, message);
  }

  recovered(message: string): void {
    if (this.#code === undefined) return;
    this.#code = undefined;
    this.#logger.info(message);
  }
}

/** What is measured at the moment when metrics are requested. */
export interface Gauges {
  readonly lagBytes: () => number;
  readonly checkpointAgeMs: () => number;
  readonly stdoutBlockedMs: () => number;
  readonly sinkBufferBytes: () => number;
}

const prefix = 'log_sidecar_';

/** Shows the counts as metrics; labels have only the values listed above. */
export function registerMetrics(registry: Registry, stats: Stats, gauges: Gauges): void {
  const registers = [registry];

  function count(name: string, help: string, value: () => number): void {
    const counter = new Counter({
      name: `${prefix}${name}`,
      help,
      registers,
      collect() {
        counter.reset();
        counter.inc(value());
      },
    });
  }

  function countBy(
    name: string,
    help: string,
    label: string,
    values: Readonly<Record<string, number>>,
  ): void {
    const counter = new Counter({
      name: `${prefix}${name}`,
      help,
      registers,
      labelNames: [label],
      collect() {
        counter.reset();
        for (const [key, value] of Object.entries(values)) counter.inc({ [label]: key }, value);
      },
    });
  }

  function gauge(name: string, help: string, value: () => number): void {
    const metric: Gauge = new Gauge({
      name: `${prefix}${name}`,
      help,
      registers,
      collect: () => metric.set(value()),
    });
  }

  countBy('lines_total', 'Lines read from the file, by what became of them', 'result', stats.lines);
  count('redacted_values_total', 'Values of JSON lines that were redacted', () => stats.redactedValues);
  count(
    'invalid_utf8_lines_total',
    'Lines that were not UTF-8 and were repaired',
    () => stats.invalidUtf8Lines,
  );
  count('redelivered_lines_total', 'Lines marked as perhaps written before', () => stats.redeliveredLines);
  count('read_bytes_total', 'Bytes read from the files', () => stats.readBytes);
  count('written_bytes_total', 'Bytes written to standard output', () => stats.writtenBytes);
  count('rotations_total', 'Times the next file was begun', () => stats.rotations);
  count('truncations_total', 'Times the file was cut short while being read', () => stats.truncations);
  count('gaps_total', 'Times files were gone, or may have been, before they were read', () => stats.gaps);
  count('lost_bytes_total', 'Bytes known to have gone unread; there may be more', () => stats.lostBytes);
  count('stdout_waits_total', 'Writes that had to wait for the reader', () => stats.stdoutWaits);
  countBy('failures_total', 'Attempts that failed and are made again', 'what', stats.failures);
  countBy('sink_lines_total', 'Lines for the HTTP sink, by what became of them', 'result', stats.sinkLines);
  countBy('sink_requests_total', 'Requests to the HTTP sink', 'result', stats.sinkRequests);
  count('sink_retries_total', 'Requests that sent a body again', () => stats.sinkRetries);
  gauge('lag_bytes', 'Bytes in the files that have not been passed on', gauges.lagBytes);
  gauge(
    'checkpoint_age_seconds',
    'For how long the checkpoint has been behind; 0 while it is not',
    () => gauges.checkpointAgeMs() / 1000,
  );
  gauge(
    'stdout_blocked_seconds',
    'For how long a write has been waiting',
    () => gauges.stdoutBlockedMs() / 1000,
  );
  gauge('sink_buffer_bytes', 'Bytes waiting for the HTTP sink', gauges.sinkBufferBytes);
}
