/** What a client does: one request each, which it understands and enters into the ledger. */
import { type Answer, type Asked, NoAnswerError } from './http-client.ts';
import type { Entry, Good, Ledger } from './ledger.ts';
import { pick, type Random } from './random.ts';
import type { Outcome, Route } from './record.ts';

export interface Result {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly reason?: string;
}

/** A request that is ready to be sent, and how to judge its response. */
export interface Operation {
  readonly route: Route;
  readonly asked: Asked;
  /** @param answer or why there is none. */
  readonly settle: (answer: Answer | NoAnswerError) => Result;
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

/** Of a hundred requests; what is left reads a product with its seller. */
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

const failed = (answer: Answer | NoAnswerError): Result =>
  answer instanceof NoAnswerError
    ? { outcome: 'failed', reason: answer.code }
    : { outcome: 'failed', status: answer.status, reason: `${answer.status} ${titleOf(answer.body)}`.trim() };

/** Of a problem+json body; a proxy's own error page has none. */
function titleOf(body: string): string {
  try {
    return (JSON.parse(body) as { title?: string }).title ?? '';
  } catch {
    return body.slice(0, 40).trim();
  }
}

const has = (answer: Answer | NoAnswerError, ...statuses: readonly number[]): answer is Answer =>
  !(answer instanceof NoAnswerError) && statuses.includes(answer.status);

/** Whether a write may have been done although its status is not a success. */
const isUncertain = (answer: Answer | NoAnswerError): boolean =>
  answer instanceof NoAnswerError ? answer.code !== 'ECONNREFUSED' : answer.status >= 500;

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
    asked: { method: 'GET', path: `/product/${good.id}` },
    settle(answer) {
      if (has(answer, 404) && good.state !== 'free') return live(404);
      if (has(answer, 404)) ledger.missing(good);
      if (!has(answer, 200)) return failed(answer);
      const product = JSON.parse(answer.body) as Entry & { seller?: { source?: string; reason?: string } };
      ledger.seen(good, version, product);
      return embedded(200, product.seller);
    },
  };
}

const plainRead = (route: Route, path: string): Operation => ({
  route,
  asked: { method: 'GET', path },
  settle: (answer) => (has(answer, 200) ? live(200) : failed(answer)),
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
    asked: { method: 'GET', path: `/user/${sellerId}/products?limit=5` },
    settle: (answer) =>
      has(answer, 200)
        ? embedded(200, JSON.parse(answer.body) as { source?: string; reason?: string })
        : failed(answer),
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
    asked: {
      method: 'POST',
      path: '/product',
      headers: authorization(shopping),
      body: { sku, name: `Good ${sku}`, price: { amount: 1_000, currency: 'EUR' }, stock: 0, sellerId },
    },
    settle(answer) {
      if (has(answer, 201)) {
        ledger.created(sku, JSON.parse(answer.body) as Entry, answer.headers.etag ?? '*');
        return live(201);
      }
      // No other client uses the SKU: it was created before, and this is the response to a repetition that this client did not send.
      if (has(answer, 409)) ledger.violations.push({ kind: 'twice', what: `${sku} was created twice` });
      if (isUncertain(answer) || has(answer, 409)) ledger.creationUnknown(sku);
      return failed(answer);
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
  answer: Answer | NoAnswerError,
  unknown: NonNullable<Good['unknown']>,
): Result {
  if (isUncertain(answer)) ledger.writeUnknown(good, unknown);
  else if (has(answer, 404, 409, 412)) ledger.conflicted(good, answer.status);
  else ledger.refused(good);
  return failed(answer);
}

function patchProduct(shopping: Shopping): Operation {
  const { ledger } = shopping;
  return writing(shopping, (good) => {
    const stock = good.stock + 1;
    return {
      route: 'PATCH /product/:id',
      asked: {
        method: 'PATCH',
        path: `/product/${good.id}`,
        headers: {
          ...authorization(shopping),
          'content-type': 'application/merge-patch+json',
          'if-match': good.etag,
        },
        body: { stock },
      },
      settle(answer) {
        if (!has(answer, 200)) return settleWrite(ledger, good, answer, { kind: 'patch', stock });
        ledger.patched(good, JSON.parse(answer.body) as Entry, answer.headers.etag ?? '*');
        return live(200);
      },
    };
  });
}

function deleteProduct(shopping: Shopping): Operation {
  const { ledger } = shopping;
  return writing(shopping, (good) => ({
    route: 'DELETE /product/:id',
    asked: {
      method: 'DELETE',
      path: `/product/${good.id}`,
      headers: { ...authorization(shopping), 'if-match': good.etag },
    },
    settle(answer) {
      if (!has(answer, 204)) return settleWrite(ledger, good, answer, { kind: 'delete' });
      ledger.deleted(good);
      return live(204);
    },
  }));
}
