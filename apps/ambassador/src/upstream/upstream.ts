import type { Logger } from '@shop/logging';
import type { Exchange } from '../exchange.ts';
import type { UpstreamSettings } from '../routes.ts';
import { Attempt, type UpstreamResponse } from './attempt.ts';
import type { BreakerState } from './breaker-rules.ts';
import { Breaker, type BreakerStatus } from './breaker.ts';
import { UpstreamFailure } from './failure.ts';
import { Proxy } from './proxy.ts';

/** Metrics of an upstream, by its name. */
export interface UpstreamMetrics {
  retried(upstream: string): void;
  /** @param transition whether the state has changed; false at the start. */
  breakerChanged(upstream: string, state: BreakerState, transition: boolean): void;
}

/** One upstream with its pool of connections and its breaker. */
export class Upstream {
  readonly settings: UpstreamSettings;
  readonly #metrics: UpstreamMetrics;
  readonly #proxy: Proxy;
  readonly #breaker: Breaker;

  constructor(settings: UpstreamSettings, metrics: UpstreamMetrics, logger: Logger) {
    this.settings = settings;
    this.#metrics = metrics;
    this.#proxy = new Proxy(settings);
    this.#breaker = new Breaker(settings, (state) => {
      metrics.breakerChanged(this.name, state, true);
      const { counts, nextTrialAt } = this.status();
      const level = state === 'open' ? 'warn' : 'info';
      logger[level]({ upstream: this.name, counts, nextTrialAt }, `circuit ${state}`);
    });
    metrics.breakerChanged(this.name, 'closed', false);
  }

  get name(): string {
    return this.settings.origin;
  }

  get inFlight(): number {
    return this.#breaker.inFlight;
  }

  /**
   * Sends the request of an exchange to the upstream, if the breaker permits it.
   * @returns the upstream's response, also one that counts as a failure; its body has to be read or destroyed.
   * @throws {UpstreamFailure} when there is none that could be passed on.
   * @throws {ClientFailure} when the client left or its body did not come.
   */
  async send(exchange: Exchange): Promise<UpstreamResponse> {
    if (exchange.trail) exchange.trail.breaker = this.#breaker.state;
    const permit = this.#breaker.acquire();
    try {
      const response = await this.#attempt(exchange, false).catch((error) => this.#retry(exchange, error));
      if (response.failure) permit.failed(response.failure);
      else permit.succeeded();
      response.whenClosed(permit.release);
      return response;
    } catch (error) {
      permit.failed(error);
      permit.release();
      throw error;
    }
  }

  countFallback(): void {
    this.#breaker.countFallback();
  }

  status(): BreakerStatus {
    return { upstream: this.name, ...this.#breaker.status() };
  }

  /** See `Pool.warmUp`; the breaker does not count it. */
  warmUp(): void {
    this.#proxy.warmUp();
  }

  close(): void {
    this.#breaker.close();
    this.#proxy.close();
  }

  /** @throws `error`, the first attempt's, where there is no second one. */
  #retry(exchange: Exchange, error: unknown): Promise<UpstreamResponse> {
    if (!this.#mayRetry(exchange, error)) throw error;
    this.#metrics.retried(this.name);
    return this.#attempt(exchange, true);
  }

  /**
   * At most once, and only if the request is safe to repeat (RFC 9110, section 9.2.2) and the upstream has not received
   * it.
   */
  #mayRetry(exchange: Exchange, error: unknown): boolean {
    return (
      error instanceof UpstreamFailure &&
      error.beforeResponse &&
      exchange.isRetryableRead &&
      !exchange.ended &&
      this.#breaker.state !== 'open'
    );
  }

  #attempt(exchange: Exchange, isRetry: boolean): Promise<UpstreamResponse> {
    const attempt = new Promise<UpstreamResponse>((resolve, reject) => {
      new Attempt(exchange, this.settings.timeouts, resolve, reject).start(this.#proxy, isRetry);
    });
    return exchange.trail?.record(attempt) ?? attempt;
  }
}
