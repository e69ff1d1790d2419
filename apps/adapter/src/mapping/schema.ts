/** The mapping file: how one supplier's feed becomes the shop's products. README.md has it as a reference. */
import { entityId, userContent } from '@shop/contracts';
import { z } from 'zod';
import { checkMapping } from './check-mapping.ts';
import { feedFields } from './feed-schema.ts';
import { valueField } from './value-schema.ts';

export type { FeedMapping } from './feed-schema.ts';

const name = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9]){0,39}$/, 'must be lower-case letters, digits and single dashes');

export const mappingSchema = z
  .strictObject({
    /** The feed's name in URLs, logs and metrics. */
    supplier: name,
    /** The user who sells these products; the import creates it where it is missing. */
    seller: z.strictObject({ id: entityId, ...userContent.shape }),
    /** Keeps the skus of suppliers apart. */
    skuPrefix: z
      .string()
      .regex(/^[A-Z0-9]{1,10}-$/, 'must be 1 to 10 capitals or digits and a dash, such as HB-'),
    feed: feedFields,
    product: z.strictObject({
      /** The supplier's own key; with the prefix it is the sku. */
      key: valueField,
      name: valueField,
      description: valueField.optional(),
      price: z.strictObject({ amount: valueField, currency: valueField }),
      stock: valueField.optional(),
    }),
  })
  // Runs even when single entries are invalid, so that one start reports every problem of the file.
  .superRefine(checkMapping, { when: ({ value }) => typeof value === 'object' && value !== null });
export type Mapping = z.output<typeof mappingSchema>;
