import { Agent } from 'node:http';
import { Resolver } from './resolver.ts';

/**
 * Connections to one upstream. Node drops a free one after `timeout`, or a second before the time-out that the upstream
 * announces (Keep-Alive: timeout=…), so that a request rarely meets a connection which is just being closed; and at
 * once when the upstream says something unasked, which would pass for the next response.
 */
export class Pool {
  readonly #lookup = new Resolver().lookup;
  readonly #kept: Agent;
  readonly #fresh = new Agent({ keepAlive: false, lookup: this.#lookup });

  constructor({ keepAliveMs, maxFree }: { readonly keepAliveMs: number; readonly maxFree: number }) {
    this.#kept = new Agent({
      keepAlive: true,
      timeout: keepAliveMs,
      maxFreeSockets: maxFree,
      lookup: this.#lookup,
    });
  }

  /** @param fresh for a second attempt: after one dead connection the other free ones are likely dead too. */
  agent(fresh: boolean): Agent {
    return fresh ? this.#fresh : this.#kept;
  }

  close(): void {
    this.#kept.destroy();
    this.#fresh.destroy();
  }
}
