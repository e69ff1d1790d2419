import { createReader } from './create-reader.ts';
import { pieces } from '../formats/pieces.ts';
import type { RawRecord, RecordReader } from '../formats/record.ts';
import { compileMapping } from '../mapping/compile.ts';
import type { Mapping } from '../mapping/schema.ts';
import type { FeedLine } from '../mapping/lines.ts';

export interface FeedLimits {
  readonly maxBytes: number;
}

/**
 * Turns a feed into lines, with a summary at the end. It reads the next piece only when the consumer wants more lines,
 * and holds one piece with its lines: memory does not depend on the size of the feed. Lines that were read before an
 * error are yielded before the error is thrown.
 * @throws {FeedError} when the feed cannot be read to its end; and every error of the source.
 */
export async function* readFeed(
  mapping: Mapping,
  source: AsyncIterable<Uint8Array>,
  { maxBytes }: FeedLimits,
): AsyncGenerator<readonly FeedLine[]> {
  const mapper = compileMapping(mapping);
  const counts = { records: 0, products: 0, problems: 0 };
  let lines: FeedLine[] = [];
  const emit = (record: RawRecord): void => {
    counts.records += 1;
    for (const line of mapper.map(record)) {
      counts['product' in line ? 'products' : 'problems'] += 1;
      lines.push(line);
    }
  };
  /** Lines of the work done, and the error that ended it. */
  const batchOf = (work: () => void): { batch: readonly FeedLine[]; failure?: unknown } => {
    lines = [];
    try {
      work();
      return { batch: lines };
    } catch (failure) {
      return { batch: lines, failure };
    }
  };

  let reader: RecordReader | undefined;
  const readerAt = (offset: number): RecordReader =>
    (reader ??= createReader(mapping.feed, mapper, emit, offset));
  for await (const { bytes, offset } of pieces(source, mapping.feed.encoding, maxBytes)) {
    const { batch, failure } = batchOf(() => readerAt(offset).write(bytes));
    if (batch.length > 0) yield batch;
    if (failure !== undefined) throw failure;
  }
  const { batch, failure } = batchOf(() => readerAt(0).end());
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure;
  yield [{ summary: { ...counts, complete: true } }];
}
