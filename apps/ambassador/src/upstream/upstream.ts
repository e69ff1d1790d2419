import type { Exchange } from '../exchange.ts';
import type { UpstreamSettings } from '../routes/upstream-settings.ts';
import { Attempt } from './attempt.ts';
import type { BreakerState } from './breaker-rules.ts';
import { Breaker, type BreakerStatus } from './breaker.ts';
import { CallFailure, failureStatuses } from './failure.ts';
import { Proxy } from './proxy.ts';
import type { Reply } from './reply.ts';

export interface UpstreamEvents {
  breakerChanged(upstream: Upstream, state: BreakerState): void;
  retried(upstream: Upstream): void;
}

/** One upstream with its pool of connections and its breaker. */
export class Upstream {
  readonly settings: UpstreamSettings;
  readonly #events: UpstreamEvents;
  readonly #proxy: Proxy;
  readonly #breaker: Breaker;

  constructor(settings: UpstreamSettings, events: UpstreamEvents) {
    this.settings = settings;
    this.#events = events;
    this.#proxy = new Proxy(settings);
    this.#breaker = new Breaker(settings, (state) => events.breakerChanged(this, state));
  }

  get name(): string {
    return this.settings.origin;
  }

  get inFlight(): number {
    return this.#breaker.inFlight;
  }

  /**
   * Asks the upstream; the reply's body is still to be read by the caller.
   * @throws {CallFailure} without a usable answer; the upstream's own 5xx is in its `reply`, to be read or destroyed.
   * @throws {ClientFailure} when the client left or its body did not come.
   */
  async call(exchange: Exchange): Promise<Reply> {
    const permit = this.#breaker.acquire();
    try {
      const reply = await this.#ask(exchange);
      permit.succeeded();
      reply.whenClosed(permit.release);
      return reply;
    } catch (error) {
      permit.failed(error);
      if (error instanceof CallFailure && error.reply) error.reply.whenClosed(permit.release);
      else permit.release();
      throw error;
    }
  }

  countFallback(): void {
    this.#breaker.countFallback();
  }

  status(): BreakerStatus {
    return { upstream: this.name, ...this.#breaker.status() };
  }

  /** See `Pool.warmUp`; the breaker counts calls, and this is none. */
  warmUp(): void {
    this.#proxy.warmUp();
  }

  close(): void {
    this.#breaker.close();
    this.#proxy.close();
  }

  async #ask(exchange: Exchange): Promise<Reply> {
    let reply: Reply;
    try {
      reply = await this.#attempt(exchange, false);
    } catch (error) {
      if (!this.#mayRetry(exchange, error)) throw error;
      this.#events.retried(this);
      reply = await this.#attempt(exchange, true);
    }
    const status = reply.message.statusCode as number;
    if (failureStatuses.has(status))
      throw new CallFailure('upstream-error', `The upstream answered ${status}.`, { reply });
    return reply;
  }

  /** Once, and only what is safe to repeat (RFC 9110, section 9.2.2) and reached nobody. */
  #mayRetry(exchange: Exchange, error: unknown): boolean {
    return (
      error instanceof CallFailure &&
      error.beforeResponse &&
      exchange.plainRead &&
      !exchange.ended &&
      this.#breaker.state !== 'open'
    );
  }

  #attempt(exchange: Exchange, second: boolean): Promise<Reply> {
    return new Promise((resolve, reject) => {
      new Attempt(exchange, this.settings.timeouts, resolve, reject).start(this.#proxy, second);
    });
  }
}
