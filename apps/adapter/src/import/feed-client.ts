import { userContent } from '@shop/contracts';
import { currentContext, headersFor } from '@shop/logging';
import { z } from 'zod';
import { placeOf } from '../formats/feed-error.ts';
import { feedLine, type FeedLine } from '../mapping/lines.ts';
import { attempt } from './attempts.ts';
import type { ImportConfig } from './config.ts';
import { IncompleteFeedError, RefusedError, StoppedError } from './errors.ts';
import { textLines } from './text-lines.ts';

const listOfFeeds = z.object({
  feeds: z.array(
    z.object({ supplier: z.string(), seller: z.object({ id: z.string(), ...userContent.shape }) }),
  ),
});
export type Feed = z.output<typeof listOfFeeds>['feeds'][number];

/** Not 502: with it the adapter reports a broken feed, and a retry would find it just as broken. */
const retryOn: ReadonlySet<number> = new Set([408, 429, 503, 504]);

export interface FeedClientOptions {
  readonly config: Pick<ImportConfig, 'adapterUrl' | 'requestTimeoutMs' | 'patienceMs'>;
  readonly signal: AbortSignal;
  readonly onRetry?: (reason: string) => void;
}

/** Reads from the adapter. */
export class FeedClient {
  readonly #options: FeedClientOptions;

  constructor(options: FeedClientOptions) {
    this.#options = options;
  }

  /** @throws {UnavailableError}, {RefusedError} */
  async list(): Promise<readonly Feed[]> {
    const { requestTimeoutMs } = this.#options.config;
    const response = await this.#get('/feeds', () => AbortSignal.timeout(requestTimeoutMs));
    const list = listOfFeeds.safeParse(
      response.ok ? await response.json().catch(() => undefined) : undefined,
    );
    if (list.success) return list.data.feeds;
    throw new RefusedError(`GET /feeds got ${response.status}, which is not a list of feeds`);
  }

  /**
   * The lines of a feed without its summary. When they end without an error, the summary was there and agreed with
   * them. Only as many lines are read as are taken.
   * @throws {UnavailableError}, {IncompleteFeedError}, {StoppedError}
   */
  async *lines(
    supplier: string,
  ): AsyncGenerator<Exclude<FeedLine, { summary: unknown } | { error: unknown }>> {
    // No time-out for the whole: a feed takes as long as the shop takes to write it.
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#options.signal]);
    const response = await this.#get(`/feeds/${supplier}`, () => signal);
    if (!response.ok || !response.body) {
      const body = (await response.json().catch(() => ({}))) as { detail?: unknown };
      const reason = typeof body.detail === 'string' ? body.detail : 'without a reason';
      throw new IncompleteFeedError(`the adapter responded ${response.status}: ${reason}`);
    }
    const counts = { products: 0, problems: 0 };
    let complete = false;
    try {
      for await (const text of textLines(response.body)) {
        const line = parse(text);
        if (complete) throw new IncompleteFeedError('there are lines after the summary');
        if ('error' in line) throw new IncompleteFeedError(withPlace(line.error.detail, placeOf(line.error)));
        if ('summary' in line) {
          const { products, problems } = line.summary;
          if (products !== counts.products || problems !== counts.problems)
            throw new IncompleteFeedError('its summary does not agree with what came');
          complete = true;
        } else {
          counts['product' in line ? 'products' : 'problems'] += 1;
          yield line;
        }
      }
    } catch (error) {
      if (this.#options.signal.aborted) throw new StoppedError('the rest of the feed was not read');
      if (error instanceof IncompleteFeedError) throw error;
      throw new IncompleteFeedError('the connection to the adapter broke off', { cause: error });
    } finally {
      stop.abort();
    }
    if (!complete) throw new IncompleteFeedError('it ends without a summary');
  }

  /** @param signalOf ends one attempt: a separate time-out for each. */
  #get(path: string, signalOf: () => AbortSignal): Promise<Response> {
    const { config, onRetry, signal: stopped } = this.#options;
    const context = currentContext();
    const headers = { 'user-agent': 'catalogue-import', ...(context ? headersFor(context) : {}) };
    const send = (): Promise<Response> =>
      fetch(new URL(path, config.adapterUrl), { headers, redirect: 'manual', signal: signalOf() });
    const { patienceMs } = config;
    return attempt(`GET ${path}`, send, {
      patienceMs,
      signal: stopped,
      retryOn,
      ...(onRetry && { onRetry }),
    });
  }
}

function parse(text: string): FeedLine {
  try {
    return feedLine.parse(JSON.parse(text));
  } catch (error) {
    throw new IncompleteFeedError('a line is not valid output of the adapter', { cause: error });
  }
}

const withPlace = (detail: string, place: string): string => (place === '' ? detail : `${detail} (${place})`);
