import type { Counts, TrafficStatus } from '../scene/entities.ts';
import type { Sample } from '../faults/fault.ts';
import type { Samples } from '../faults/faults.ts';
import type { Scene } from '../scene/scene.ts';
import { openLoop } from './open-loop.ts';
import { ShopClient, type ShopAddress } from './shop-client.ts';
import { outcomeOf, Tally, type Outcome } from './tally.ts';

/** Well below the 100 requests a second that the Ingress lets one client send. */
export const maxPerSecond = 50;
const firstPerSecond = 10;
/** The limit of requests in flight; beyond it a request counts as failed without being sent. */
const maxUnderWay = 300;

/** Requests are remembered for so long, and longer while a fault is watched. */
const rememberedMs = 60_000;
/** The same time as the page's figures cover. */
const failureShownMs = 10_000;

/** Steady requests for products, only while a page is open. */
export class Traffic implements Samples {
  readonly #scene: Scene;
  readonly #address: ShopAddress;
  readonly #client: ShopClient;
  #paths: readonly string[];
  #tally = new Tally();
  #total: Record<Outcome, number> = { live: 0, fallback: 0, failed: 0 };
  #on = true;
  #perSecond = firstPerSecond;
  #watched = false;
  #underWay = 0;
  #failure: string | undefined;
  #failedAt = 0;
  #sent = 0;
  /** In the order in which they ended. */
  #samples: Sample[] = [];
  #keepsAll = false;
  #running: AbortController | undefined;
  readonly #clock: NodeJS.Timeout;

  /** @param exampleId a product that exists from the beginning. */
  constructor(scene: Scene, address: ShopAddress, exampleId: string) {
    this.#scene = scene;
    this.#address = address;
    this.#client = new ShopClient(address);
    this.#paths = [`/product/${exampleId}`];
    this.#show();
    this.#clock = setInterval(() => this.#second(), 1_000);
    this.#clock.unref();
  }

  get client(): ShopClient {
    return this.#client;
  }

  get examplePath(): string {
    return this.#paths[0] ?? '/product';
  }

  get total(): Counts {
    return { ...this.#total };
  }

  since(at: number): Sample[] {
    return this.#samples.filter((sample) => sample.at >= at);
  }

  keep(all: boolean): void {
    this.#keepsAll = all;
  }

  /** Whether a page is open; without one no requests are sent. */
  watch(watched: boolean): void {
    this.#watched = watched;
    this.#apply();
  }

  /** @param perSecond a whole number from 0 to 50; 0 is the same as off. */
  set(settings: { readonly on: boolean; readonly perSecond: number }): void {
    this.#on = settings.on;
    this.#perSecond = settings.perSecond;
    this.#running?.abort();
    this.#running = undefined;
    this.#apply();
    this.#show();
  }

  close(): void {
    clearInterval(this.#clock);
    this.#running?.abort();
    this.#client.close();
  }

  #apply(): void {
    const wanted = this.#watched && this.#on && this.#perSecond > 0;
    if (!wanted) {
      this.#running?.abort();
      this.#running = undefined;
    } else if (!this.#running) {
      this.#running = new AbortController();
      void this.#learnProducts();
      void openLoop(this.#perSecond, (dueAt) => void this.#send(dueAt), this.#running.signal);
    }
  }

  /** Finds other products than the example, if the shop lists any now. */
  async #learnProducts(): Promise<void> {
    try {
      const { status, body } = await this.#client.get('/product?limit=20');
      if (status !== 200) return;
      const { items } = JSON.parse(body) as { items: readonly { readonly id: string }[] };
      if (items.length > 0) this.#paths = items.map(({ id }) => `/product/${encodeURIComponent(id)}`);
    } catch {
      // The example is used until the next time.
    }
  }

  async #send(dueAt: number): Promise<void> {
    if (this.#underWay >= maxUnderWay) return this.#count('failed', dueAt, 'not sent');
    const path = this.#paths[(this.#sent += 1) % this.#paths.length] as string;
    this.#underWay += 1;
    let outcome: Outcome = 'failed';
    let reason: string | undefined;
    try {
      const { status, body } = await this.#client.get(path);
      outcome = outcomeOf(status, body);
      if (outcome === 'failed') reason = String(status);
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      reason = typeof code === 'string' ? code : name;
    }
    this.#underWay -= 1;
    if (reason !== undefined) this.#fail(reason);
    this.#count(outcome, dueAt, reason);
  }

  #fail(why: string): void {
    this.#failure = why;
    this.#failedAt = performance.now();
  }

  /** @param dueAt of `performance.now()`. */
  #count(outcome: Outcome, dueAt: number, reason?: string): void {
    const latencyMs = performance.now() - dueAt;
    this.#tally.add(outcome, latencyMs);
    this.#total[outcome] += 1;
    const at = Date.now() - latencyMs;
    this.#samples.push({ at, latencyMs, outcome, ...(reason === undefined ? {} : { reason }) });
  }

  #second(): void {
    if (!this.#watched) return;
    this.#scene.addSecond(this.#tally.take(Date.now() - 1_000));
    if (!this.#keepsAll) this.#samples = this.since(Date.now() - rememberedMs);
    this.#show();
  }

  #show(): void {
    if (performance.now() - this.#failedAt > failureShownMs) this.#failure = undefined;
    const status: TrafficStatus = {
      kind: 'traffic',
      id: 'traffic',
      on: this.#on,
      perSecond: this.#perSecond,
      maxPerSecond,
      url: this.#address.url,
      total: this.total,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
    this.#scene.put(status);
  }
}
