import { z } from 'zod';
import { bookkeeping, entityId, pageQuery } from './common.ts';
import { mergePatchOf } from './merge-patch.ts';
import { money } from './money.ts';
import { integer } from './numbers.ts';
import { line, paragraph } from './text.ts';

const stockMessage = 'must be a whole number from 0 to 1000000000';

/** What a client sends about a product: the body of POST and PUT. */
export const productContent = z
  .strictObject({
    sku: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
        'must be 1 to 64 letters, digits, dots, dashes or underscores',
      )
      .meta({ description: 'Stock keeping unit, unique in the shop', example: 'TEA-GREEN-100' }),
    name: line(200).meta({ example: 'Green tea, 100 g' }),
    description: paragraph(4000).default(''),
    price: money,
    stock: integer(0, 1_000_000_000, stockMessage).default(0),
    sellerId: entityId.meta({ description: 'The user who sells it' }),
  })
  .meta({ id: 'ProductContent' });
export type ProductContent = z.output<typeof productContent>;

/** The body of PATCH. */
export const productPatch = mergePatchOf(productContent, 'ProductPatch');

export const product = z
  .strictObject({ id: entityId, ...productContent.shape, ...bookkeeping })
  .meta({ id: 'Product', description: 'A product for sale' });
export type Product = z.output<typeof product>;

export const productQuery = pageQuery.extend({
  sellerId: entityId.optional().meta({ description: 'Only the products of this user' }),
  q: line(200).optional().meta({
    description:
      'Only products that match: every word of `q` is a prefix of a word in name, description or sku',
  }),
});
export type ProductQuery = z.output<typeof productQuery>;
