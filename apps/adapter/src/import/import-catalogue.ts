import { RefusedError, StoppedError, UnavailableError } from './errors.ts';
import type { Feed } from './feed-client.ts';
import { importFeed, type ImportFeedOptions } from './import-feed.ts';
import { Tally, type SupplierResult } from './tally.ts';

export type ImportOutcome =
  /** All feeds came to their end. */
  | 'complete'
  /** One of them did not. */
  | 'incomplete'
  /** A service did not answer, or refused. */
  | 'failed'
  /** A signal stopped it. */
  | 'stopped';

export interface ImportResult {
  readonly outcome: ImportOutcome;
  /** Why it failed or was stopped. */
  readonly reason?: string;
  readonly suppliers: readonly SupplierResult[];
}

export interface ImportCatalogueOptions extends ImportFeedOptions {
  readonly onSupplier: (supplier: string) => void;
}

/**
 * Imports the feeds of the named suppliers, or of all, one after the other. When a feed is broken, the others are still
 * imported. When the shop is down, the run ends. Neither rejects.
 */
export async function importCatalogue(
  names: readonly string[],
  options: ImportCatalogueOptions,
): Promise<ImportResult> {
  const suppliers: SupplierResult[] = [];
  let current: { readonly supplier: string; readonly tally: Tally } | undefined;
  try {
    for (const feed of choose(await options.feeds.list(), names)) {
      current = { supplier: feed.supplier, tally: new Tally() };
      options.onSupplier(feed.supplier);
      suppliers.push(await importFeed(feed, current.tally, options));
      current = undefined;
    }
  } catch (error) {
    const stopped = error instanceof StoppedError;
    if (!stopped && !(error instanceof UnavailableError) && !(error instanceof RefusedError)) throw error;
    if (current) suppliers.push(current.tally.result(current.supplier, error.message));
    return { outcome: stopped ? 'stopped' : 'failed', reason: error.message, suppliers };
  }
  const complete = suppliers.every((result) => result.complete);
  return { outcome: complete ? 'complete' : 'incomplete', suppliers };
}

function choose(feeds: readonly Feed[], names: readonly string[]): readonly Feed[] {
  const unknown = names.filter((name) => feeds.every(({ supplier }) => supplier !== name));
  if (unknown.length > 0)
    throw new RefusedError(
      `the adapter has no feed of ${unknown.join(', ')}; it has ${feeds.map(({ supplier }) => supplier).join(', ')}`,
    );
  return names.length === 0 ? feeds : feeds.filter(({ supplier }) => names.includes(supplier));
}
