/** Under what a benchmark ran. */
import { availableParallelism, cpus, loadavg } from 'node:os';

/** The mean load of the last minute. */
export const loadNow = (): string => (loadavg()[0] ?? 0).toFixed(1);

/** @param before the load when the benchmark began. */
export const conditionsSince = (before: string): string =>
  `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, ` +
  `load ${before} before, ${loadNow()} after`;
