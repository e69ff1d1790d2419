import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { FeedLine } from './mapping/lines.ts';

/** How the response to a request for a feed ended. */
export type FeedOutcome = 'complete' | 'head' | 'failed' | 'client-left' | 'client-stalled' | 'error';

export interface FeedMetrics {
  lines(supplier: string, lines: readonly FeedLine[]): void;
  bytes(supplier: string, count: number): void;
  began(supplier: string): void;
  ended(supplier: string, outcome: FeedOutcome, seconds: number): void;
}

export function createMetrics(registry: Registry): FeedMetrics {
  const registers = [registry];
  const counter = (name: string, help: string): Counter<'supplier'> =>
    new Counter({ name, help, labelNames: ['supplier'], registers });
  const products = counter('adapter_products_total', 'Records that became a product');
  const problems = counter(
    'adapter_problems_total',
    'What kept records from becoming one; a record may have several',
  );
  const records = counter('adapter_records_total', 'Records of feeds that were read to their end');
  const bytes = counter('adapter_feed_bytes_total', 'Bytes received from suppliers');
  const active = new Gauge({
    name: 'adapter_feeds_in_flight',
    help: 'Feeds being read',
    labelNames: ['supplier'],
    registers,
  });
  const duration = new Histogram({
    name: 'adapter_feed_duration_seconds',
    help: 'From the request for a feed to the end of its response; its count is the number of feeds',
    labelNames: ['supplier', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
    registers,
  });
  return {
    lines(supplier, lines) {
      for (const line of lines)
        if ('product' in line) products.inc({ supplier });
        else if ('problem' in line) problems.inc({ supplier });
        else if ('summary' in line) records.inc({ supplier }, line.summary.records);
    },
    bytes: (supplier, count) => bytes.inc({ supplier }, count),
    began: (supplier) => active.inc({ supplier }),
    ended(supplier, outcome, seconds) {
      active.dec({ supplier });
      duration.observe({ supplier, outcome }, seconds);
    },
  };
}
