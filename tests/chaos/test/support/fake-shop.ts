import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Entry } from '../../load/ledger.ts';

/** What is wrong with the shop; each is called once for every acknowledged write of its kind. */
export interface Defects {
  /** Acknowledges a creation and forgets it. */
  readonly forgetsCreation?: () => boolean;
  /** Acknowledges a change and does not make it. */
  readonly forgetsChange?: () => boolean;
  /** Applies a change twice. */
  readonly changesTwice?: () => boolean;
  /** Carries out the request and answers 503. */
  readonly failsAfterwards?: () => boolean;
  /** Returns an older version. */
  readonly readsStale?: () => boolean;
}

export interface FakeShop extends AsyncDisposable {
  readonly url: string;
  readonly products: ReadonlyMap<string, Entry>;
}

/** A shop in memory as far as the load uses it. */
export async function startFakeShop(defects: Defects = {}): Promise<FakeShop> {
  const products = new Map<string, Entry>();
  const firstVersions = new Map<string, Entry>();
  let ids = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const [, collection, id = '', part] = path.split('/');
    const body = request.headers['content-length'] ? ((await json(request)) as Partial<Entry>) : {};
    const send = (status: number, value?: object) => {
      const failing = request.method !== 'GET' && status < 300 && defects.failsAfterwards?.();
      const etag = value && 'version' in value ? { etag: `"${String(value.version)}"` } : {};
      response.writeHead(failing ? 503 : status, { 'content-type': 'application/json', ...etag });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    if (collection === 'user') {
      if (part === 'products') return send(200, { source: 'live', items: [] });
      return request.method === 'DELETE'
        ? send(204)
        : send(request.method === 'POST' ? 201 : 200, { id: 'seller' });
    }
    if (request.method === 'POST') {
      const entry: Entry = { id: String((ids += 1)), sku: body.sku ?? '', version: 1, stock: 0 };
      if (!defects.forgetsCreation?.()) products.set(entry.id, entry);
      firstVersions.set(entry.id, entry);
      return send(201, entry);
    }
    if (id === '') return send(200, { items: query.includes('sellerId') ? [...products.values()] : [] });
    const entry = products.get(id);
    if (!entry) return send(404, {});
    if (request.method === 'GET') {
      const shown = defects.readsStale?.() ? firstVersions.get(id) : entry;
      return send(200, { ...shown, seller: { source: 'live' } });
    }
    const condition = request.headers['if-match'];
    if (condition !== undefined && condition !== `"${entry.version}"`) return send(412, {});
    if (request.method === 'DELETE') {
      products.delete(id);
      return send(204);
    }
    const step = defects.changesTwice?.() ? 2 : 1;
    const next = { ...entry, version: entry.version + step, stock: body.stock ?? entry.stock };
    if (!defects.forgetsChange?.()) products.set(id, next);
    send(200, next);
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    products,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** True at the n-th call, and never again. */
export function theNth(n: number): () => boolean {
  let asked = 0;
  return () => (asked += 1) === n;
}
