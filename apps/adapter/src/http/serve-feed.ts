import type { ServerResponse } from 'node:http';
import type { HttpProblem } from '@shop/http-errors';
import type { Logger } from '@shop/logging';
import type { AdapterConfig } from '../config.ts';
import { FeedError } from '../formats/feed-error.ts';
import type { Summary } from '../mapping/lines.ts';
import { readFeed } from '../feed/read-feed.ts';
import type { Mapping } from '../mapping/schema.ts';
import type { FeedMetrics, FeedOutcome } from '../metrics.ts';
import { isEndMarked } from './end-marked.ts';
import { feedProblem } from './feed-problem.ts';
import { sendHeaders, sendLines } from './send-lines.ts';
import { openSource } from './source.ts';

export interface ServeFeedOptions {
  readonly config: Pick<AdapterConfig, 'sourceTimeoutMs' | 'clientTimeoutMs' | 'maxFeedBytes'>;
  readonly metrics: FeedMetrics;
  readonly logger: Logger;
}

/**
 * Responds with a feed, line by line as it is read. A failure after the first line is reported in a last line. Then the
 * connection is cut, so that a client that only counts lines does not take the feed for complete either. HEAD reads up
 * to the first line, when the status of GET is known.
 * @returns the problem to respond with, if nothing has been sent.
 */
export async function serveFeed(
  mapping: Mapping,
  method: 'GET' | 'HEAD',
  response: ServerResponse,
  { config, metrics, logger }: ServeFeedOptions,
): Promise<HttpProblem | undefined> {
  const { supplier, feed } = mapping;
  const startedAt = performance.now();
  const left = new AbortController();
  let stalled = false;
  response.once('close', () => left.abort());
  // The time starts again with each byte that the client takes.
  response.setTimeout(config.clientTimeoutMs, () => {
    stalled = true;
    response.destroy();
  });
  let summary: Summary | undefined;
  metrics.began(supplier);

  async function* counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of source) {
      metrics.bytes(supplier, bytes.length);
      yield bytes;
    }
  }

  function end(outcome: FeedOutcome, error?: unknown): void {
    const durationMs = Math.round(performance.now() - startedAt);
    metrics.ended(supplier, outcome, durationMs / 1000);
    const level = { complete: 'info', head: 'info', 'client-left': 'info', error: 'error' } as const;
    const fields = {
      supplier,
      outcome,
      durationMs,
      ...summary,
      ...(error === undefined ? {} : { err: error }),
    };
    logger[outcome in level ? level[outcome as keyof typeof level] : 'warn'](fields, 'feed served');
  }

  try {
    const source = await openSource(feed.url, {
      timeoutMs: config.sourceTimeoutMs,
      signal: left.signal,
      endMarked: isEndMarked(feed),
    });
    for await (const lines of readFeed(mapping, counted(source), { maxBytes: config.maxFeedBytes })) {
      if (method === 'HEAD') {
        sendHeaders(response);
        break;
      }
      await sendLines(response, lines, left.signal);
      metrics.lines(supplier, lines);
      const last = lines.at(-1);
      if (last && 'summary' in last) summary = last.summary;
    }
    response.end();
    end(method === 'HEAD' ? 'head' : 'complete');
  } catch (error) {
    if (left.signal.aborted) end(stalled ? 'client-stalled' : 'client-left');
    else if (error instanceof FeedError) {
      end('failed', error);
      if (!response.headersSent) return feedProblem(supplier, error);
      breakOff(response, error.toDetails());
    } else {
      end('error', error);
      throw error;
    }
  }
  return undefined;
}

/** Ends the response without HTTP's last chunk, so that every client sees that it is incomplete. */
function breakOff(response: ServerResponse, error: object): void {
  response.write(`${JSON.stringify({ error })}\n`, () => response.destroy());
}
