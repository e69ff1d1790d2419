import type { FeedError } from '../../src/formats/feed-error.ts';
import type { FeedLine, Problem, ProductLine, Summary } from '../../src/mapping/lines.ts';
import { readFeed } from '../../src/feed/read-feed.ts';
import type { Mapping } from '../../src/mapping/schema.ts';

export interface Reading {
  readonly lines: readonly FeedLine[];
  readonly products: readonly ProductLine['product'][];
  readonly problems: readonly Problem[];
  readonly summary: Summary | undefined;
  readonly error: FeedError | undefined;
}

/** Everything that comes out of these bytes; only errors of feeds are caught. */
export async function read(mapping: Mapping, ...chunks: readonly (Buffer | string)[]): Promise<Reading> {
  const lines: FeedLine[] = [];
  let error: FeedError | undefined;
  async function* source(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  try {
    for await (const batch of readFeed(mapping, source(), { maxBytes: 100_000_000 })) lines.push(...batch);
  } catch (thrown) {
    if ((thrown as Error).name !== 'FeedError') throw thrown;
    error = thrown as FeedError;
  }
  return {
    lines,
    products: lines.flatMap((line) => ('product' in line ? [line.product] : [])),
    problems: lines.flatMap((line) => ('problem' in line ? [line.problem] : [])),
    summary: lines.flatMap((line) => ('summary' in line ? [line.summary] : []))[0],
    error,
  };
}

/** The bytes split at these positions, in any order. */
export function split(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const cuts = [0, ...positions.map((position) => position % (bytes.length + 1)), bytes.length];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}
