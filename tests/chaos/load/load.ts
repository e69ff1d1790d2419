import { randomUUID } from 'node:crypto';
import { eventually } from '@shop/testing/eventually';
import { HttpClient, NoAnswerError, type Answer, type ShopAddress } from './http-client.ts';
import { Ledger, type Entry, type Violation } from './ledger.ts';
import { openLoop, type OpenLoop } from './open-loop.ts';
import { createProduct, nextOperation, type Operation, type Shopping } from './operations.ts';
import { pick, seededRandom, type Random } from './random.ts';
import type { RequestRecord } from './record.ts';

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

  /** Makes a seller and products, and then begins. @throws when the shop does not let it. */
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

  /** Takes what it has made out of the shop again, and closes its connections. */
  async clean(): Promise<void> {
    if (this.#sellerId !== '') {
      const paths = (await this.#list()).map(({ id }) => `/product/${id}`);
      // A few at a time: the next fault's figures should not begin with this.
      await Promise.all(
        this.#clients.map(async (client) => {
          for (let path = paths.pop(); path !== undefined; path = paths.pop())
            await client
              .ask({ method: 'DELETE', path, headers: this.#authorization() })
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

  async #send(client: number, { route, asked, settle }: Operation, at: number): Promise<void> {
    const fresh = this.#random() * 100 < this.#options.freshPercent;
    const lateMs = this.now() - at;
    const answer = await this.#clientOf(client)
      .ask({ ...asked, fresh })
      .catch((error: unknown) => {
        if (error instanceof NoAnswerError) return error;
        throw error;
      });
    const latencyMs = this.now() - at;
    const connection = fresh ? 'fresh' : 'kept';
    this.records.push({ at, latencyMs, lateMs, route, client, connection, ...settle(answer) });
  }

  #clientOf(index: number): HttpClient {
    return this.#clients[index] ?? pick(this.#random, this.#clients);
  }

  #authorization(): Record<string, string> {
    const token = this.#options.token();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async #must(method: string, path: string, body?: unknown): Promise<Answer> {
    return await eventually(
      `${method} ${path} succeeds`,
      async () => {
        const answer = await this.#clientOf(0).ask({ method, path, body, headers: this.#authorization() });
        if (answer.status === 401)
          throw new Error('the shop wants a token for writes: set SHOP_TOKEN to one that it accepts');
        if (answer.status >= 300) throw new Error(`it was answered ${answer.status}: ${answer.body}`);
        return answer;
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
      const answer = await this.#clientOf(0).ask({ method: 'GET', path });
      if (answer.status !== 200) throw new Error(`GET ${path} was answered ${answer.status}`);
      const page = JSON.parse(answer.body) as { items: Entry[]; next?: string };
      entries.push(...page.items);
      cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    } while (cursor !== '');
    return entries;
  }
}
