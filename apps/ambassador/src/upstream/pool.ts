import { connect } from 'node:net';
import { UpstreamAgent } from './agent.ts';
import { Resolver } from './resolver.ts';

/** What a first connection may take, milliseconds: lookups and SYNs are repeated after one second, and two more. */
const firstConnectionMs = 5_000;

/**
 * Connections to one upstream. Node drops a free one after `timeout`, or a second before the time-out that the upstream
 * announces (Keep-Alive: timeout=…), so that a request rarely meets a connection which is just being closed; and one on
 * which the upstream has said something unasked is never used again, as that would pass for the next response.
 */
export class Pool {
  readonly #lookup = new Resolver().lookup;
  readonly #kept: UpstreamAgent;
  readonly #fresh = new UpstreamAgent({ keepAlive: false, lookup: this.#lookup });

  constructor({ keepAliveMs, maxFree }: { readonly keepAliveMs: number; readonly maxFree: number }) {
    this.#kept = new UpstreamAgent({
      keepAlive: true,
      timeout: keepAliveMs,
      maxFreeSockets: maxFree,
      lookup: this.#lookup,
    });
  }

  /** @param fresh for a second attempt: after one dead connection the other free ones are likely dead too. */
  agent(fresh: boolean): UpstreamAgent {
    return fresh ? this.#fresh : this.#kept;
  }

  /**
   * Finds the upstream and connects to it once. A pod's first connection takes longer than others: its name has to be
   * looked up, and what judges network policies does not know the pod yet and lets its first packet drop. Nobody waits
   * for this, and where it fails the first request will say so.
   */
  warmUp({ host, port }: { readonly host: string; readonly port: number }): void {
    const socket = connect({ host, port, lookup: this.#lookup, timeout: firstConnectionMs });
    const end = (): void => void socket.destroy();
    socket.once('connect', end).once('timeout', end).on('error', end).unref();
  }

  close(): void {
    this.#kept.destroy();
    this.#fresh.destroy();
  }
}
