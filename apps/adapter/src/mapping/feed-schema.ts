import { z } from 'zod';
import { encodingNamed, encodingNames } from '../formats/encoding.ts';

const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
};
const text = (max: number) => z.string('must be a string').min(1, 'must not be empty').max(max);

const common = {
  /** Where the supplier serves it. */
  url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }),
  /** By any of its names. */
  encoding: z.preprocess(
    (name) => (typeof name === 'string' ? encodingNamed(name) : undefined),
    z.enum(encodingNames, `must be one of ${encodingNames.join(', ')}`),
  ),
};

const xml = z.strictObject({
  ...common,
  format: z.literal('xml'),
  record: z
    .string('must be the path of the records’ element')
    .regex(
      /^(\/[^/\s@<>&"']+){2,10}$/,
      'must be the path of the records’ element from the root, such as /list/item',
    ),
});

const csv = z.strictObject({
  ...common,
  format: z.literal('csv'),
  delimiter: z.enum([',', ';', '\t', '|'], 'must be a comma, a semicolon, a tab or a bar').default(','),
  /** Where the first row does not say them. */
  columns: z.array(text(200)).min(1).max(1000).optional(),
  /** Without it a feed that ends between two rows looks whole; only the length that HTTP states then shows a cut. */
  trailer: z.strictObject({ marker: text(100), count: whole(1, 1000) }).optional(),
});

const span = z.strictObject({ start: whole(1, 100_000), width: whole(1, 100_000) });
const fixedWidth = z.strictObject({
  ...common,
  format: z.literal('fixed-width'),
  unit: z.enum(['bytes', 'characters'], 'must be bytes or characters'),
  length: whole(1, 100_000),
  type: span,
  types: z.strictObject({ header: text(100).optional(), detail: text(100), trailer: text(100) }),
  count: span,
  columns: z.record(z.string(), span),
});
export type FixedWidthFeed = z.output<typeof fixedWidth>;

export const feedFields = z.discriminatedUnion('format', [xml, csv, fixedWidth], {
  error: 'must have a format: xml, csv or fixed-width',
});
export type FeedMapping = z.output<typeof feedFields>;
