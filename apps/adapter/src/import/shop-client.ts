import { readFile } from 'node:fs/promises';
import { product, type Product, type ProductContent, type UserContent } from '@shop/contracts';
import { currentContext, headersFor } from '@shop/logging';
import { z } from 'zod';
import { attempt, transient } from './attempts.ts';
import type { ImportConfig } from './config.ts';
import { RefusedError } from './errors.ts';

/** The fields of a page that the import reads; others, as of a newer shop, are ignored. */
const pageOfProducts = z.object({ items: z.array(z.object(product.shape)), next: z.string().optional() });
const written = z.object({ version: z.int() });
const problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ pointer: z.string().optional(), parameter: z.string().optional(), detail: z.string() }))
    .default([]),
});

export type PutOutcome =
  | { readonly kind: 'created' }
  | { readonly kind: 'written'; readonly version: number }
  | { readonly kind: 'rejected'; readonly reason: string };

export interface ShopClientOptions {
  readonly config: Pick<
    ImportConfig,
    'productUrl' | 'userUrl' | 'requestTimeoutMs' | 'patienceMs' | 'tokenFile'
  >;
  readonly signal: AbortSignal;
  readonly onRetry?: (reason: string) => void;
}

/** What the import uses of the shop's public interface. */
export class ShopClient {
  readonly #options: ShopClientOptions;

  constructor(options: ShopClientOptions) {
    this.#options = options;
  }

  /**
   * Creates the seller under its own id, unless it is there.
   * @returns why the shop does not take it.
   * @throws {UnavailableError}, {RefusedError}
   */
  async ensureSeller({ id, ...content }: UserContent & { readonly id: string }): Promise<string | undefined> {
    const path = `/user/${id}`;
    const response = await this.#send(this.#options.config.userUrl, path, {
      method: 'PUT',
      headers: { 'if-none-match': '*' },
      body: JSON.stringify(content),
    });
    // 412: it exists, under any name.
    const there = response.status === 201 || response.status === 412;
    if (there) await response.body?.cancel();
    else if (response.status < 400 || response.status >= 500)
      throw new RefusedError(`PUT ${path} was answered ${response.status}: ${await reasonOf(response)}`);
    return there ? undefined : `the shop does not take its seller: ${await reasonOf(response)}`;
  }

  /** All products of a seller, in pages: a request for each hundred. @throws {UnavailableError}, {RefusedError} */
  async *productsOf(sellerId: string): AsyncGenerator<Product> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ sellerId, limit: '100', ...(cursor && { cursor }) });
      const path = `/product?${query.toString()}`;
      const response = await this.#send(this.#options.config.productUrl, path, { method: 'GET' });
      const page = pageOfProducts.safeParse(
        response.ok ? await response.json().catch(() => undefined) : undefined,
      );
      if (!page.success)
        throw new RefusedError(`GET ${path} got ${response.status}, which is not a list of products`);
      yield* page.data.items;
      cursor = page.data.next;
    } while (cursor !== undefined);
  }

  /** Creates or replaces. What the shop finds wrong with the product is an outcome. @throws {UnavailableError}, {RefusedError} */
  async put(id: string, content: ProductContent): Promise<PutOutcome> {
    const path = `/product/${id}`;
    const body = JSON.stringify(content);
    const response = await this.#send(this.#options.config.productUrl, path, { method: 'PUT', body });
    if (response.status >= 400 && response.status < 500)
      return { kind: 'rejected', reason: await reasonOf(response) };
    const result = written.safeParse(response.ok ? await response.json().catch(() => undefined) : undefined);
    if (!result.success)
      throw new RefusedError(`PUT ${path} got ${response.status} and a body that does not fit`);
    return response.status === 201 ? { kind: 'created' } : { kind: 'written', version: result.data.version };
  }

  async #send(baseUrl: string, path: string, init: RequestInit): Promise<Response> {
    const { config, signal, onRetry } = this.#options;
    const what = `${init.method} ${path.split('?')[0]}`;
    const send = async (): Promise<Response> =>
      fetch(new URL(path, baseUrl), {
        ...init,
        headers: { ...(await this.#headers()), ...(init.headers as Record<string, string>) },
        redirect: 'manual',
        signal: AbortSignal.timeout(config.requestTimeoutMs),
      });
    const response = await attempt(what, send, {
      patienceMs: config.patienceMs,
      signal,
      retryOn: transient,
      ...(onRetry && { onRetry }),
    });
    if (response.status !== 401 && response.status !== 403) return response;
    throw new RefusedError(`${what} was answered ${response.status}: ${await reasonOf(response)}`);
  }

  async #headers(): Promise<Record<string, string>> {
    const { tokenFile } = this.#options.config;
    const context = currentContext();
    return {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'catalogue-import',
      ...(context ? headersFor(context) : {}),
      ...(tokenFile === undefined ? {} : { authorization: `Bearer ${await readToken(tokenFile)}` }),
    };
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RefusedError(`TOKEN_FILE ${path} cannot be read (${code})`, { cause: error });
  }
}

/** One sentence of what a problem+json says. */
async function reasonOf(response: Response): Promise<string> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return `status ${response.status}`;
  const { detail, title, errors } = parsed.data;
  const named = errors.map((error) => `${error.pointer ?? error.parameter ?? ''} ${error.detail}`.trim());
  return [detail ?? title ?? `status ${response.status}`, ...named].join('; ').slice(0, 500);
}
