import { randomUUID } from 'node:crypto';
import type { Product, ProductContent, User, UserContent } from '@shop/contracts';
import type { Client } from './client.ts';
import { eventually } from '@shop/testing/eventually';

/** A random word that no other test, run or seed uses. */
export const uniqueWord = (): string => `e2e${randomUUID().replaceAll('-', '').slice(0, 16)}`;

type PartialProduct = Partial<ProductContent> & Pick<ProductContent, 'sellerId'>;

/** A product that no other test has; the fields given here are not random. */
export function productContent(content: PartialProduct): ProductContent {
  const word = uniqueWord();
  return {
    sku: word.toUpperCase(),
    name: `Good ${word}`,
    description: 'Made by a test.',
    price: { amount: 1_250, currency: 'EUR' },
    stock: 5,
    ...content,
  };
}

/**
 * What one test creates in a shop with any other content; disposing of it removes it again.
 * `await using creations = new Creations(request)`.
 */
export class Creations implements AsyncDisposable {
  readonly #client: Client;
  readonly #paths: string[] = [];

  constructor(client: Client) {
    this.#client = client;
  }

  async user(content: Partial<UserContent> = {}): Promise<User> {
    const word = uniqueWord();
    return (await this.#create('/user', {
      name: `Seller ${word}`,
      email: `${word}@e2e.example`,
      ...content,
    })) as User;
  }

  async product(content: PartialProduct): Promise<Product> {
    return (await this.#create('/product', productContent(content))) as Product;
  }

  /** Remembers an entity that the test creates itself. */
  remember(path: string): void {
    this.#paths.push(path);
  }

  async #create(path: string, content: object): Promise<unknown> {
    const { body, headers } = await this.#client.post(path).send(content).expect(201);
    this.remember(headers['location'] as string);
    return body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A test may have deleted some itself, and a failed test may have left a service in the middle of a restart.
    for (const path of this.#paths.splice(0))
      await eventually(`${path} is deleted`, async () => {
        const { status } = await this.#client.delete(path);
        return status === 204 || status === 404;
      });
  }
}
