import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';

export interface Shop {
  readonly url: string;
  readonly token?: string;
}

interface Entity {
  readonly id: string;
}

const services = ['user', 'product'] as const;

/**
 * Does some work on a shop, and then restores its users and products: what was created is deleted, what was changed or
 * deleted is put back under its id.
 */
export async function keepContent<T>(shop: Shop, work: () => Promise<T>): Promise<T> {
  const before = await readAll(shop);
  try {
    return await work();
  } finally {
    await restore(shop, before);
  }
}

async function restore(shop: Shop, before: ReadonlyMap<string, object>): Promise<void> {
  const after = await readAll(shop);
  // New entities are deleted first, because one may have the SKU or e-mail address of an entity that has to come back.
  for (const path of after.keys())
    if (!before.has(path)) await request(shop, path, { method: 'DELETE' }, [204, 404]);
  for (const [path, content] of before)
    if (!isDeepStrictEqual(after.get(path), content))
      await request(shop, path, { method: 'PUT', body: JSON.stringify(content) }, [200, 201]);
}

/** What a client has sent about each entity, by its path. */
async function readAll(shop: Shop): Promise<ReadonlyMap<string, object>> {
  const entities = new Map<string, object>();
  for (const service of services) {
    let path: string | undefined = `/${service}?limit=100`;
    while (path !== undefined) {
      const response: Response = await request(shop, path, {}, [200]);
      const { items } = (await response.json()) as { items: Entity[] };
      for (const item of items) entities.set(`/${service}/${item.id}`, contentOf(item));
      path = /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
  }
  return entities;
}

function contentOf(entity: Entity): object {
  const readOnly = new Set(['id', 'version', 'createdAt', 'updatedAt']);
  return Object.fromEntries(Object.entries(entity).filter(([key]) => !readOnly.has(key)));
}

/** @throws when the response has none of these statuses. After a 429 it waits and tries again. */
async function request(
  { url, token }: Shop,
  path: string,
  init: { readonly method?: string; readonly body?: string },
  statuses: readonly number[],
): Promise<Response> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  for (;;) {
    const response = await fetch(url + path, { ...init, headers });
    if (statuses.includes(response.status)) return response;
    const text = await response.text();
    if (response.status !== 429)
      throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${text}`);
    await delay(1000 * Number(response.headers.get('retry-after') ?? 1));
  }
}
