/** Limits that bound the memory for one feed: far above what a product needs, far below what would do harm. */
export const limits = {
  /** Bytes that are processed at a time. One such piece and its results are all that is held for one feed. */
  piece: 16 * 1024,
  /** A record as it stands in the feed, in bytes (XML: characters). */
  record: 256 * 1024,
  /** One value, in characters. */
  field: 64 * 1024,
  /** Values of one record of a CSV. */
  columns: 1000,
  /** Elements within elements. */
  depth: 32,
  /** One tag, text, comment or other token of XML, in characters. For more, a parser would only fill memory. */
  token: 512 * 1024,
} as const;
