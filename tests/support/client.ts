import request, { type Test } from 'supertest';

type Ask = (path: string) => Test;

/** Supertest on a shop. Writes send the token if the shop requires one; reads never do. */
export interface Client {
  readonly get: Ask;
  readonly head: Ask;
  readonly options: Ask;
  readonly post: Ask;
  readonly put: Ask;
  readonly patch: Ask;
  readonly delete: Ask;
}

export function clientOf({ url, token }: { readonly url: string; readonly token?: string }): Client {
  const shop = request(url);
  const authorized = (asked: Test): Test =>
    token === undefined ? asked : asked.set('authorization', `Bearer ${token}`);
  return {
    get: (path) => shop.get(path),
    head: (path) => shop.head(path),
    options: (path) => shop.options(path),
    post: (path) => authorized(shop.post(path)),
    put: (path) => authorized(shop.put(path)),
    patch: (path) => authorized(shop.patch(path)),
    delete: (path) => authorized(shop.delete(path)),
  };
}
