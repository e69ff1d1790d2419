// oxlint-disable no-underscore-dangle -- these are Node's names of two hooks of its streams.
import type { ClientRequest } from 'node:http';
import { connect, Socket, type NetConnectOpts } from 'node:net';
import { Resolver } from './resolver.ts';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const { Agent } = process.getBuiltinModule('node:http');

/**
 * What a first connection may take, milliseconds: lookups and SYNs are repeated after one second, and again after two
 * more.
 */
const firstConnectionMs = 5_000;

/**
 * Connections to one upstream. Node closes a free one after `timeout`, or one second before the time-out that the
 * upstream announces (Keep-Alive: timeout=…), so that a request rarely meets a connection that is being closed. A
 * connection on which the upstream has sent something too early is never used again: those bytes would pass for the
 * next response.
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

  /** @param fresh for a second attempt: when one connection is dead, the other free ones probably are too. */
  agent(fresh: boolean): UpstreamAgent {
    return fresh ? this.#fresh : this.#kept;
  }

  /**
   * Finds the upstream and connects to it once. A pod's first connection is slow: its name has to be looked up, and the
   * network policies' engine drops the first packet of a pod that it does not know yet. No request waits for this; a
   * failure shows with the first request.
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

/** What Node's types leave out. */
interface Internals {
  addRequest(request: ClientRequest, options: object): void;
}

/** Node's agent for requests to one upstream. It passes all header fields on, and never uses a dead connection. */
class UpstreamAgent extends Agent {
  /** The target of the next request, as the client wrote it. */
  nextTarget = '';

  /** Node calls this for each new connection. */
  override createConnection(options: NetConnectOpts): Socket {
    const socket = new UpstreamSocket(options);
    if (options.timeout !== undefined) socket.setTimeout(options.timeout);
    return socket.connect(options);
  }

  /** Node calls this for each request. */
  addRequest(request: ClientRequest, options: object): void {
    request.path = this.nextTarget;
    // Above the default of 1000, Node silently drops fields of the response. Their bytes are limited all the same.
    request.maxHeadersCount = 0;
    for (const name in this.freeSockets) dropDead(this.freeSockets[name] as Socket[]);
    (Agent.prototype as unknown as Internals).addRequest.call(this, request, options);
  }
}

type Written = (error?: Error | null) => void;

/**
 * A connection that is still read after its upstream has closed it. A response may have arrived before, such as a 413
 * in the middle of an upload, and Node would drop it with the first write that fails. Then the end of the connection
 * fails the request as always.
 */
class UpstreamSocket extends Socket {
  override _write(chunk: Buffer, encoding: BufferEncoding, written: Written): void {
    super._write(chunk, encoding, this.#unlessClosed(written));
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], written: Written): void {
    super._writev?.(chunks, this.#unlessClosed(written));
  }

  #unlessClosed(written: Written): Written {
    return (error) => {
      const { code } = (error ?? {}) as NodeJS.ErrnoException;
      const heardLater = (code === 'EPIPE' || code === 'ECONNRESET') && !this.readableEnded;
      written(heardLater ? null : error);
    };
  }
}

/**
 * Removes destroyed connections. One stays among the free ones for a moment after its upstream has ended it or sent
 * something too early, and Node takes the last one without a check.
 */
function dropDead(free: Socket[]): void {
  while (free.at(-1)?.destroyed) free.pop();
}
