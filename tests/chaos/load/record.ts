/** What is kept of each request. */

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
  /** From that moment, and not from the sending, to the response's last byte: nothing is hidden by waiting. */
  readonly latencyMs: number;
  /** How much later it was sent: the generator's own share, which says whether its figures can be trusted. */
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
