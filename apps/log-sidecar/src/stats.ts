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

/** What became of a line of the file; every line is exactly one of them. */
export const lineResults = ['json', 'raw', 'joined', 'too_long', 'empty', 'dropped', 'sampled_out'] as const;
export type LineResult = (typeof lineResults)[number];

/** What can fail and be tried again. */
export const failures = ['input', 'checkpoint', 'stdout', 'sink'] as const;
export type Failure = (typeof failures)[number];

export const sinkLineResults = ['delivered', 'buffer_full', 'rejected', 'shutdown'] as const;
export type SinkLineResult = (typeof sinkLineResults)[number];

export const sinkRequestResults = ['ok', 'rejected', 'failed'] as const;
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
