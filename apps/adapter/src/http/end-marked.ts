import type { FeedMapping } from '../mapping/schema.ts';

/** Whether a feed shows its own end: by closing its root, or by a trailer. */
export const isEndMarked = (feed: FeedMapping): boolean =>
  feed.format !== 'csv' || feed.trailer !== undefined;
