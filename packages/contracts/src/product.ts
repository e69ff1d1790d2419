import { z } from 'zod';
import { bookkeeping, entityId, line, pageQuery, paragraph } from './common.ts';
import { money } from './money.ts';

const stockMessage = 'must be a whole number from 0 to 1000000000';

/** What a client says of a product: the body of POST and PUT. */
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
    stock: z.int(stockMessage).min(0, stockMessage).max(1_000_000_000, stockMessage).default(0),
    sellerId: entityId.meta({ description: 'The user who sells it' }),
  })
  .meta({ id: 'ProductContent' });
export type ProductContent = z.output<typeof productContent>;

export const product = z
  .strictObject({ id: entityId, ...productContent.shape, ...bookkeeping })
  .meta({ id: 'Product', description: 'A good on sale' });
export type Product = z.output<typeof product>;

export const productQuery = pageQuery.extend({
  sellerId: entityId.optional().meta({ description: 'Only the goods of this user' }),
  q: line(200)
    .optional()
    .meta({ description: 'Only goods with words in name, description or sku that begin so' }),
});
export type ProductQuery = z.output<typeof productQuery>;
