/** A bad thing about a record that its reader noticed. */
export interface Fault {
  /** In the feed's own words; undefined where the record as a whole is bad. */
  readonly field: string | undefined;
  readonly detail: string;
}

/** One record of a feed as text, before any mapping. */
export interface RawRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  /** Which one it is, from 1. */
  readonly record: number;
  /** The requested fields that are there. */
  readonly values: ReadonlyMap<string, string>;
  readonly faults: readonly Fault[];
}

/**
 * Reads one format. Gives each record to the function it was made with, as soon as it is whole; where bytes are split
 * makes no difference to what comes out. Nothing is read after an error.
 */
export interface RecordReader {
  /** @throws {FeedError} */
  write(bytes: Buffer): void;
  /** The feed is over. @throws {FeedError} when it cannot be. */
  end(): void;
}
