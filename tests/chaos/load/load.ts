import { randomUUID } from 'node:crypto';
import { eventually } from '@shop/testing/eventually';
import {
  HttpClient,
  type HttpResponse,
  NoResponseError,
  openLoop,
  type OpenLoop,
  pick,
  type Random,
  seededRandom,
  type ShopAddress,
} from '@shop/testing/load';
import { Ledger, type Entry, type Violation } from './ledger.ts';
import {
  createProduct,
  nextOperation,
  type Operation,
  type RequestRecord,
  type Shopping,
} from './operations.ts';

export interface LoadOptions extends ShopAddress {
  /** What a write must present, where it must. Read at each write. */
  readonly token: () => string | undefined;
  readonly perSecond: number;
  readonly clients: number;
  readonly seed: number;
  /** Longer than any time-out of the shop's own. */
  readonly timeoutMs: number;
  /** Of the requests, in per cent: those on a fresh connection. */
  readonly freshPercent: number;
}

export const loadDefaults = { perSecond: 40, clients: 6, timeoutMs: 10_000, freshPercent: 20 } as const;

/** How many products there are to read and write at the beginning. */
const firstGoods = 40;

/** Steady traffic from outside, all of which is recorded, and a ledger of what was acknowledged. */
export class Load {
  readonly records: RequestRecord[] = [];
  readonly ledger = new Ledger();
  readonly #options: LoadOptions;
  readonly #clients: readonly HttpClient[];
  readonly #random: Random;
  /** Wide enough to be unique, short enough for a SKU. */
  readonly #word = `CHAOS-${randomUUID().slice(0, 8).toUpperCase()}`;
  #sellerId = '';
  #creations = 0;
  #loop: OpenLoop | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#clients = Array.from(
      { length: options.clients },
      () => new HttpClient({ url: options.url, authority: options.authority }, options.timeoutMs),
    );
  }

  /** Milliseconds since the load began. */
  now(): number {
    return this.#loop?.now() ?? 0;
  }

  /** Creates a seller and products, and then begins. @throws when the shop refuses them. */
  async start(): Promise<void> {
    const word = this.#word.toLowerCase();
    const seller = await this.#must('POST', '/user', {
      name: 'A seller of the chaos tests',
      email: `${word}@chaos.example`,
    });
    this.#sellerId = (JSON.parse(seller.body) as { id: string }).id;
    for (let made = 0; made < firstGoods; made += 1) await this.#send(0, createProduct(this.#shopping), 0);
    const failure = this.records.find(({ outcome }) => outcome === 'failed');
    if (failure) throw new Error(`The load could not make its products: ${failure.reason ?? 'no reason'}`);
    this.records.length = 0;
    this.#loop = openLoop(this.#options.perSecond, async (dueAt) => {
      const client = Math.floor(this.#random() * this.#clients.length);
      await this.#send(client, nextOperation(this.#shopping), dueAt);
    });
  }

  /** From now on, so many requests a second. */
  pace(perSecond: number): void {
    this.#loop?.pace(perSecond);
  }

  /**
   * Waits until every request that is due by now has ended: one that is not among the records yet may be the one that fails.
   * @returns until when they were due, as `now`.
   */
  async settled(): Promise<number> {
    return (await this.#loop?.settled()) ?? 0;
  }

  /** Ends the traffic, and waits for unfinished requests. */
  async stop(): Promise<void> {
    await this.#loop?.stop();
    this.#loop = undefined;
  }

  /** After `stop`: compares the shop with the ledger. @returns all violations, those seen meanwhile too. */
  async audit(): Promise<readonly Violation[]> {
    const found = await eventually('the shop lists what it has', () => this.#list(), { withinMs: 60_000 });
    this.ledger.audit(found);
    return this.ledger.violations;
  }

  /** Deletes what it has created in the shop, and closes its connections. */
  async clean(): Promise<void> {
    if (this.#sellerId !== '') {
      const paths = (await this.#list()).map(({ id }) => `/product/${id}`);
      // A few at a time: the next fault's figures should not begin with this.
      await Promise.all(
        this.#clients.map(async (client) => {
          for (let path = paths.pop(); path !== undefined; path = paths.pop())
            await client
              .send({ method: 'DELETE', path, headers: this.#authorization() })
              .catch(() => undefined);
        }),
      );
      await this.#must('DELETE', `/user/${this.#sellerId}`);
      this.#sellerId = '';
    }
    for (const client of this.#clients) client.close();
  }

  get #shopping(): Shopping {
    return {
      ledger: this.ledger,
      random: this.#random,
      sellerId: this.#sellerId,
      nextSku: () => `${this.#word}-${(this.#creations += 1)}`,
      token: this.#options.token,
    };
  }

  async #send(client: number, { route, request, settle }: Operation, at: number): Promise<void> {
    const fresh = this.#random() * 100 < this.#options.freshPercent;
    const lateMs = this.now() - at;
    const response = await this.#clientOf(client)
      .send({ ...request, fresh })
      .catch((error: unknown) => {
        if (error instanceof NoResponseError) return error;
        throw error;
      });
    const latencyMs = this.now() - at;
    const connection = fresh ? 'fresh' : 'kept';
    this.records.push({ at, latencyMs, lateMs, route, client, connection, ...settle(response) });
  }

  #clientOf(index: number): HttpClient {
    return this.#clients[index] ?? pick(this.#random, this.#clients);
  }

  #authorization(): Record<string, string> {
    const token = this.#options.token();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async #must(method: string, path: string, body?: unknown): Promise<HttpResponse> {
    return await eventually(
      `${method} ${path} succeeds`,
      async () => {
        const response = await this.#clientOf(0).send({ method, path, body, headers: this.#authorization() });
        if (response.status === 401)
          throw new Error('the shop wants a token for writes: set SHOP_TOKEN to one that it accepts');
        if (response.status >= 300) throw new Error(`the response was ${response.status}: ${response.body}`);
        return response;
      },
      { withinMs: 20_000, everyMs: 500 },
    );
  }

  /** Every product of our seller. */
  async #list(): Promise<Entry[]> {
    const entries: Entry[] = [];
    let cursor = '';
    do {
      const path = `/product?limit=100&sellerId=${this.#sellerId}${cursor}`;
      const response = await this.#clientOf(0).send({ method: 'GET', path });
      if (response.status !== 200) throw new Error(`GET ${path} was answered ${response.status}`);
      const page = JSON.parse(response.body) as { items: Entry[]; next?: string };
      entries.push(...page.items);
      cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    return entries;
  }
}
