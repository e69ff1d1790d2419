/** Limits that bound the memory for one feed: far above what a product needs, far below what would do harm. */
export const limits = {
  /** Bytes that are worked on at a time: with what comes of them, what is held for one feed. */
  piece: 16 * 1024,
  /** A record as it stands in the feed, in bytes (XML: characters). */
  record: 256 * 1024,
  /** One value, in characters. */
  field: 64 * 1024,
  /** Values of one record of a CSV. */
  columns: 1000,
  /** Elements within elements. */
  depth: 32,
  /** One tag, text, comment or other token of XML, in characters. Beyond it a parser would only collect. */
  token: 512 * 1024,
} as const;
