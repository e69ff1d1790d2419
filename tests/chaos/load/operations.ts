/** What a client does: one request each, which it understands and enters into the ledger; and what is kept of it. */
import { type HttpRequest, type HttpResponse, NoResponseError, pick, type Random } from '@shop/testing/load';
import type { Entry, Good, Ledger } from './ledger.ts';

/** Paths by their template, so that they can be counted together. */
export type Route =
  | 'GET /product/:id'
  | 'GET /product'
  | 'GET /user/:id'
  | 'GET /user/:id/products'
  | 'POST /product'
  | 'PATCH /product/:id'
  | 'DELETE /product/:id';

/**
 * How it ended: `live`, the whole response; `fallback`, a response whose embedded part is a fallback;
 * `failed`, anything that a client would call an error.
 */
export type Outcome = 'live' | 'fallback' | 'failed';

export interface RequestRecord {
  /** When it should have been sent, in milliseconds since the load began. */
  readonly at: number;
  /**
   * From the due time, not from the sending, to the response's last byte: a request that waits to be sent counts, too.
   */
  readonly latencyMs: number;
  /** How late it was sent. This is the load generator's own delay: where it is large, the figures cannot be trusted. */
  readonly lateMs: number;
  readonly route: Route;
  /** Which of the clients; each has its own connections. */
  readonly client: number;
  readonly connection: 'kept' | 'fresh';
  readonly outcome: Outcome;
  /** Absent when there was no response. */
  readonly status?: number;
  /** Why it failed, or why there is a fallback: `ECONNRESET`, `503 …`, `circuit-open`. */
  readonly reason?: string;
}

/** The service that a route belongs to. */
export const serviceOf = (route: Route): 'user' | 'product' => (route.includes('/user') ? 'user' : 'product');

export const isWrite = (route: Route): boolean => !route.startsWith('GET ');

export interface Result {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly reason?: string;
}

/** A request that is ready to be sent, and how to judge its response. */
export interface Operation {
  readonly route: Route;
  readonly request: HttpRequest;
  /** @param response or why there is none. */
  readonly settle: (response: HttpResponse | NoResponseError) => Result;
}

/** What all operations of a run know. */
export interface Shopping {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly sellerId: string;
  /** A SKU that no product has, and that no other run makes. */
  readonly nextSku: () => string;
  /** Read at every write, as it may change. */
  readonly token: () => string | undefined;
}

/** Per cent of all requests; the rest read a product with its seller. */
const shares: readonly (readonly [percent: number, operation: (shopping: Shopping) => Operation])[] = [
  [9, listProducts],
  [9, readUser],
  [9, readProductsOfUser],
  [5, createProduct],
  [12, patchProduct],
  [4, deleteProduct],
];

export function nextOperation(shopping: Shopping): Operation {
  let lot = shopping.random() * 100;
  for (const [percent, operation] of shares) {
    if (lot < percent) return operation(shopping);
    lot -= percent;
  }
  return readProduct(shopping);
}

const failed = (response: HttpResponse | NoResponseError): Result =>
  response instanceof NoResponseError
    ? { outcome: 'failed', reason: response.code }
    : {
        outcome: 'failed',
        status: response.status,
        reason: `${response.status} ${titleOf(response.body)}`.trim(),
      };

/** Of a problem+json body; a proxy's own error page has none. */
function titleOf(body: string): string {
  try {
    return (JSON.parse(body) as { title?: string }).title ?? '';
  } catch {
    return body.slice(0, 40).trim();
  }
}

const has = (
  response: HttpResponse | NoResponseError,
  ...statuses: readonly number[]
): response is HttpResponse => !(response instanceof NoResponseError) && statuses.includes(response.status);

/** Whether a write may have been done although its status is not a success. */
const isUncertain = (response: HttpResponse | NoResponseError): boolean =>
  response instanceof NoResponseError ? response.code !== 'ECONNREFUSED' : response.status >= 500;

const live = (status: number): Result => ({ outcome: 'live', status });

/** By whether the embedded part is what it should be. */
function embedded(status: number, part: { source?: string; reason?: string } | undefined): Result {
  if (part?.source === 'live') return live(status);
  if (part?.source === 'fallback') return { outcome: 'fallback', status, reason: part.reason ?? 'unknown' };
  return { outcome: 'failed', status, reason: 'the response does not say where its part comes from' };
}

function readProduct(shopping: Shopping): Operation {
  const { ledger, random } = shopping;
  const candidates = ledger.readable();
  if (candidates.length === 0) return listProducts(shopping);
  const good = pick(random, candidates);
  const { version } = good;
  return {
    route: 'GET /product/:id',
    request: { method: 'GET', path: `/product/${good.id}` },
    settle(response) {
      if (has(response, 404) && good.state !== 'free') return live(404);
      if (has(response, 404)) ledger.missing(good);
      if (!has(response, 200)) return failed(response);
      const product = JSON.parse(response.body) as Entry & { seller?: { source?: string; reason?: string } };
      ledger.seen(good, version, product);
      return embedded(200, product.seller);
    },
  };
}

const plainRead = (route: Route, path: string): Operation => ({
  route,
  request: { method: 'GET', path },
  settle: (response) => (has(response, 200) ? live(200) : failed(response)),
});

function listProducts(_shopping: Shopping): Operation {
  return plainRead('GET /product', '/product?limit=10');
}

function readUser({ sellerId }: Shopping): Operation {
  return plainRead('GET /user/:id', `/user/${sellerId}`);
}

function readProductsOfUser({ sellerId }: Shopping): Operation {
  return {
    route: 'GET /user/:id/products',
    request: { method: 'GET', path: `/user/${sellerId}/products?limit=5` },
    settle: (response) =>
      has(response, 200)
        ? embedded(200, JSON.parse(response.body) as { source?: string; reason?: string })
        : failed(response),
  };
}

const authorization = ({ token }: Shopping): Record<string, string> => {
  const value = token();
  return value === undefined ? {} : { authorization: `Bearer ${value}` };
};

export function createProduct(shopping: Shopping): Operation {
  const { ledger, sellerId } = shopping;
  const sku = shopping.nextSku();
  return {
    route: 'POST /product',
    request: {
      method: 'POST',
      path: '/product',
      headers: authorization(shopping),
      body: { sku, name: `Good ${sku}`, price: { amount: 1_000, currency: 'EUR' }, stock: 0, sellerId },
    },
    settle(response) {
      if (has(response, 201)) {
        ledger.created(sku, JSON.parse(response.body) as Entry, response.headers.etag ?? '*');
        return live(201);
      }
      // No other client uses the SKU: it was created before, and this is the response to a repetition that this client did not send.
      if (has(response, 409)) ledger.violations.push({ kind: 'twice', what: `${sku} was created twice` });
      if (isUncertain(response) || has(response, 409)) ledger.creationUnknown(sku);
      return failed(response);
    },
  };
}

/** A product for a write, or a new one where none is free. */
function writing(shopping: Shopping, work: (good: Good) => Operation): Operation {
  const candidates = shopping.ledger.writable();
  if (candidates.length === 0) return createProduct(shopping);
  const good = pick(shopping.random, candidates);
  good.state = 'being-written';
  return work(good);
}

function settleWrite(
  ledger: Ledger,
  good: Good,
  response: HttpResponse | NoResponseError,
  unknown: NonNullable<Good['unknown']>,
): Result {
  if (isUncertain(response)) ledger.writeUnknown(good, unknown);
  else if (has(response, 404, 409, 412)) ledger.conflicted(good, response.status);
  else ledger.refused(good);
  return failed(response);
}

function patchProduct(shopping: Shopping): Operation {
  const { ledger } = shopping;
  return writing(shopping, (good) => {
    const stock = good.stock + 1;
    return {
      route: 'PATCH /product/:id',
      request: {
        method: 'PATCH',
        path: `/product/${good.id}`,
        headers: {
          ...authorization(shopping),
          'content-type': 'application/merge-patch+json',
          'if-match': good.etag,
        },
        body: { stock },
      },
      settle(response) {
        if (!has(response, 200)) return settleWrite(ledger, good, response, { kind: 'patch', stock });
        ledger.patched(good, JSON.parse(response.body) as Entry, response.headers.etag ?? '*');
        return live(200);
      },
    };
  });
}

function deleteProduct(shopping: Shopping): Operation {
  const { ledger } = shopping;
  return writing(shopping, (good) => ({
    route: 'DELETE /product/:id',
    request: {
      method: 'DELETE',
      path: `/product/${good.id}`,
      headers: { ...authorization(shopping), 'if-match': good.etag },
    },
    settle(response) {
      if (!has(response, 204)) return settleWrite(ledger, good, response, { kind: 'delete' });
      ledger.deleted(good);
      return live(204);
    },
  }));
}
