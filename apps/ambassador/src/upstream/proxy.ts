import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import httpProxy from 'http-proxy';
import type { Exchange } from '../exchange.ts';
import type { UpstreamSettings } from '../routes.ts';
import { Pool } from './pool.ts';

/** What http-proxy reports of a request to the upstream. */
export interface ProxyEvents {
  /** The request has a connection, perhaps not connected yet; nothing has been sent. */
  begin(request: ClientRequest): void;
  /** The request to the upstream, or the client's, has failed. */
  readonly failed: (error: NodeJS.ErrnoException) => void;
}

interface WebOptions extends httpProxy.ServerOptions {
  readonly agent: Agent;
  readonly events: ProxyEvents;
}
interface Pass {
  readonly name: string;
}

/**
 * http-proxy for one upstream: makes the request and pipes the body. Its handling of responses is not used, as that
 * leaves clients hanging when an upstream breaks off; nor its `ws()`, which frames a refused upgrade wrongly.
 */
export class Proxy {
  readonly #server: httpProxy;
  readonly #pool: Pool;
  readonly #target: {
    readonly protocol: string;
    readonly host: string;
    readonly hostname: string;
    readonly port: number;
  };

  constructor({ origin, timeouts, maxConcurrent }: UpstreamSettings) {
    const { hostname, port } = new URL(origin);
    const name = hostname.replace(/^\[(.*)\]$/, '$1');
    this.#target = { protocol: 'http:', host: name, hostname: name, port: Number(port || 80) };
    this.#pool = new Pool({ keepAliveMs: timeouts.keepAliveMs, maxFree: maxConcurrent });
    this.#server = httpProxy.createProxyServer({
      selfHandleResponse: true,
      toProxy: true,
      prependPath: false,
    });
    // This pass of http-proxy removes Transfer-Encoding from DELETE and OPTIONS but not the body: the next request
    // could hide in it.
    const internals = this.#server as unknown as { webPasses: Pass[] };
    internals.webPasses = internals.webPasses.filter(({ name }) => name !== 'deleteLength');
    this.#server.on('proxyReq', (upstreamRequest, _request, _response, options) =>
      (options as WebOptions).events.begin(upstreamRequest),
    );
    // Each request has its own error callback. Without a listener here, an error of another request would end the
    // process.
    this.#server.on('error', () => undefined);
  }

  /**
   * Sends a request to the upstream.
   * @param isRetry uses a new connection, and no body, because the first attempt has consumed it.
   * @throws what Node's http.request throws.
   */
  web(exchange: Exchange, events: ProxyEvents, isRetry: boolean): void {
    const { request, response, target, headers } = exchange;
    request.url = target;
    request.headers = headers as IncomingMessage['headers'];
    const agent = this.#pool.agent(isRetry);
    // http-proxy joins repeated slashes of the path; the agent puts them back.
    agent.nextTarget = target;
    const options: WebOptions = { target: this.#target, agent, events };
    if (isRetry || exchange.bodyless) options.buffer = emptyBody;
    this.#server.web(request, response, options, events.failed);
  }

  /** See `Pool.warmUp`. */
  warmUp(): void {
    this.#pool.warmUp(this.#target);
  }

  close(): void {
    this.#pool.close();
  }
}

/** A body without content. It ends the request at once: the listeners and turns of the event loop of a pipe cost CPU. */
class EmptyBody extends Readable {
  override _read(): void {
    this.push(null);
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    destination.end();
    return destination;
  }
}

/** It has no state, so one is enough for all requests. */
const emptyBody = new EmptyBody();
