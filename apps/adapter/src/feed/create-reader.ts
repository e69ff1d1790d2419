import type { FeedMapping } from '../mapping/schema.ts';
import { CsvReader } from '../formats/csv.ts';
import { FixedWidthReader } from '../formats/fixed-width.ts';
import type { RawRecord, RecordReader } from '../formats/record.ts';
import { XmlReader } from '../formats/xml.ts';

/**
 * The reader for a feed as its mapping describes it.
 * @param wanted the fields that the mapping uses; no others are kept.
 * @param isGood whether the mapping makes a product of a record.
 * @param offset of the first byte it will be given.
 */
export function createReader(
  feed: FeedMapping,
  {
    wanted,
    isGood,
  }: { readonly wanted: ReadonlySet<string>; readonly isGood: (record: RawRecord) => boolean },
  emit: (record: RawRecord) => void,
  offset: number,
): RecordReader {
  const { encoding } = feed;
  switch (feed.format) {
    case 'xml':
      return new XmlReader({ encoding, record: feed.record.split('/').slice(1), wanted }, emit, offset);
    case 'csv': {
      const { delimiter, columns, trailer } = feed;
      return new CsvReader({ encoding, delimiter, columns, trailer, wanted, isGood }, emit, offset);
    }
    case 'fixed-width': {
      const columns = new Map(Object.entries(feed.columns).filter(([name]) => wanted.has(name)));
      return new FixedWidthReader({ ...feed, columns }, emit, offset);
    }
  }
}
