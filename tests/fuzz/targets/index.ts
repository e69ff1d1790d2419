import type { Target } from '../engine/target.ts';
import { encodings } from './encodings.ts';
import { csvFeeds, fixedWidthFeeds, xmlFeeds } from './feeds.ts';
import { httpRequests } from './http-requests.ts';
import { httpResponses } from './http-responses.ts';
import { logLines } from './log-lines.ts';
import { mergePatches } from './merge-patches.ts';
import { scrubbing } from './scrubbing.ts';

export const targets: readonly Target[] = [
  xmlFeeds,
  csvFeeds,
  fixedWidthFeeds,
  encodings,
  logLines,
  scrubbing,
  httpRequests,
  httpResponses,
  mergePatches,
];
