import { randomUUIDv7 } from 'node:crypto';
import type { Product, ProductContent } from '@shop/contracts';
import { MongoClient, type Collection } from 'mongodb';

type Document = Omit<Product, 'id'> & { readonly _id: string };

/** Products in MongoDB as one would keep them with the driver alone; what is acknowledged is as safe as in the shop. */
export class Products {
  readonly #collection: Collection<Document>;

  private constructor(collection: Collection<Document>) {
    this.#collection = collection;
  }

  static async open(url: string): Promise<Products> {
    const client = new MongoClient(url, {
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      maxPoolSize: 20,
      minPoolSize: 10,
    });
    await client.connect();
    const collection = client.db().collection<Document>('products');
    await collection.createIndex({ sku: 1 }, { unique: true });
    return new Products(collection);
  }

  async find(id: string): Promise<Product | undefined> {
    const found = await this.#collection.findOne({ _id: id });
    if (!found) return undefined;
    const { _id, ...fields } = found;
    return { id: _id, ...fields };
  }

  async create(content: ProductContent): Promise<Product> {
    const now = new Date().toISOString();
    const fields = { ...content, version: 1, createdAt: now, updatedAt: now };
    const id = randomUUIDv7();
    await this.#collection.insertOne({ _id: id, ...fields });
    return { id, ...fields };
  }
}
