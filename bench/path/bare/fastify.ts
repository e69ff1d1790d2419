/** `node fastify.ts PORT DATABASE_URL USER_URL`: product on Fastify alone: the same schema, database and seller. */
import { product, productContent, type ProductContent } from '@shop/contracts';
import { fastify } from 'fastify';
import { z } from 'zod';
import { Products } from './database.ts';
import { sellerOf } from './seller.ts';

const [port, databaseUrl, userUrl] = process.argv.slice(2) as [string, string, string];
const products = await Products.open(databaseUrl);
const seller = sellerOf(userUrl);

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { target: 'draft-7', io });
const withSeller = product.extend({
  seller: z.strictObject({ id: z.string(), name: z.string().nullable() }),
});
const params = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' } },
  required: ['id'],
} as const;

// Unknown fields are refused as in the shop, and not removed; the schemas also have keywords for documentation.
const app = fastify({ ajv: { customOptions: { removeAdditional: false, strict: false } } });

app.get<{ Params: { id: string } }>(
  '/product/:id',
  { schema: { params, response: { 200: schemaOf(withSeller, 'output') } } },
  async (request, reply) => {
    const found = await products.find(request.params.id);
    if (!found) return reply.code(404).send();
    return { ...found, seller: await seller(found.sellerId) };
  },
);
app.post<{ Body: ProductContent }>(
  '/product',
  { schema: { body: schemaOf(productContent, 'input'), response: { 201: schemaOf(product, 'output') } } },
  async (request, reply) => {
    const created = await products.create(request.body);
    return reply.code(201).header('location', `/product/${created.id}`).send(created);
  },
);
await app.listen({ port: Number(port), host: '127.0.0.1' });
