import type { ProductContent } from '@shop/contracts';
import type { Problem, ProductLine } from '../mapping/lines.ts';
import { Bounded } from './bounded.ts';
import { IncompleteFeedError, StoppedError } from './errors.ts';
import type { Feed, FeedClient } from './feed-client.ts';
import { productId } from './product-id.ts';
import type { ShopClient } from './shop-client.ts';
import { StockList } from './stock-list.ts';
import { Tally, type Rejection, type SupplierResult } from './tally.ts';

export interface ImportFeedOptions {
  readonly feeds: FeedClient;
  readonly shop: ShopClient;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Called after each record. */
  readonly onProgress: (tally: Tally) => void;
}

/**
 * Imports one supplier's feed. A product has the same id in every run, and a product that has not changed is left
 * alone: the next run completes one that was cut short, and a further run changes nothing. If a sku comes twice in a
 * feed, only the first record is imported; otherwise each run would change the product back and forth.
 * @returns what was done, also when the feed turned out to be incomplete.
 * @throws {UnavailableError}, {RefusedError}, {StoppedError}
 */
export async function importFeed(
  { supplier, seller }: Feed,
  tally: Tally,
  { feeds, shop, concurrency, signal, onProgress }: ImportFeedOptions,
): Promise<SupplierResult> {
  const refusal = await shop.ensureSeller(seller);
  if (refusal !== undefined) return tally.result(supplier, refusal);
  const stock = new StockList();
  for await (const product of shop.productsOf(seller.id)) stock.add(product);
  /** The line of each sku so far. */
  const seen = new Map<string, number>();
  const writes = new Bounded(concurrency);

  async function take({ product, position }: ProductLine): Promise<void> {
    const { supplierKey, ...content } = product;
    const first = seen.get(content.sku);
    if (first !== undefined)
      return tally.reject({ ...position, key: supplierKey, reason: `the key is that of line ${first}, too` });
    seen.set(content.sku, position.line);
    const id = productId(supplier, content.sku);
    if (stock.isSame(id, content)) return tally.count('unchanged');
    await writes.start(() => write(id, content, { ...position, key: supplierKey, reason: '' }));
  }

  async function write(id: string, content: ProductContent, rejection: Rejection): Promise<void> {
    const outcome = await shop.put(id, content);
    if (outcome.kind === 'rejected') tally.reject({ ...rejection, reason: outcome.reason });
    else if (outcome.kind === 'created') tally.count('created');
    // A product that the list lacks and that has version 1 now has not been changed by this write.
    else tally.count(outcome.version === (stock.versionOf(id) ?? 1) ? 'unchanged' : 'updated');
    onProgress(tally);
  }

  let incomplete: string | undefined;
  try {
    for await (const line of feeds.lines(supplier)) {
      if (signal.aborted) throw new StoppedError('the rest of the feed was not read');
      if ('product' in line) await take(line);
      else tally.problem(rejectionOf(line.problem));
      onProgress(tally);
    }
  } catch (error) {
    // Finish and count the writes that have begun. If one of them fails, its error is thrown instead of this one.
    await writes.drain();
    if (!(error instanceof IncompleteFeedError)) throw error;
    incomplete = error.message;
  }
  await writes.drain();
  return tally.result(supplier, incomplete);
}

const rejectionOf = ({ line, record, key, field, detail }: Problem): Rejection => ({
  line,
  record,
  ...(key === undefined ? {} : { key }),
  ...(field === undefined ? {} : { field }),
  reason: detail,
});
