/**
 * The body of a feed's response, one JSON object a line (NDJSON): products and problems in the order of the feed, then
 * one summary, or one error. A response that ends without a summary is not the whole feed.
 */
import { productContent } from '@shop/contracts';
import { z } from 'zod';

const position = z.object({
  /** Where the record begins, from 1. */
  line: z.int().min(1),
  /** Which one it is, from 1; headers and trailers do not count. */
  record: z.int().min(1),
});

/** The canonical product, with the supplier's own key beside it. */
const supplierKey = z
  .string()
  .min(1)
  .max(100, 'must have at most 100 characters')
  .regex(/^\P{Cc}*$/u, 'must not contain control characters');

const canonicalProduct = z.object({ supplierKey, ...productContent.shape });
/** Every field that a record must provide, with the shop's own rules. */
export const productSchema = z.strictObject(canonicalProduct.shape);

const productLine = z.object({ product: canonicalProduct, position });
export type ProductLine = z.output<typeof productLine>;

const problemLine = z.object({
  problem: z.object({
    ...position.shape,
    /** In the feed: an element, an attribute, a column. Absent where the record as a whole is bad. */
    field: z.string().optional(),
    /** The product's field that it was for: `price.amount`. */
    target: z.string().optional(),
    /** The supplier's key, where it could be read. */
    key: z.string().optional(),
    detail: z.string(),
  }),
});
export type ProblemLine = z.output<typeof problemLine>;
export type Problem = ProblemLine['problem'];

const summaryLine = z.object({
  summary: z.object({
    records: z.int().min(0),
    products: z.int().min(0),
    /** Lines of that kind: a bad record may have several. */
    problems: z.int().min(0),
    complete: z.literal(true),
  }),
});
export type Summary = z.output<typeof summaryLine>['summary'];

const errorLine = z.object({
  error: z.object({
    reason: z.string(),
    line: z.int().optional(),
    column: z.int().optional(),
    detail: z.string(),
  }),
});

/** For readers of the response; fields that are new to them are ignored. */
export const feedLine = z.union([productLine, problemLine, summaryLine, errorLine]);
export type FeedLine = z.output<typeof feedLine>;
