import type { Agent, ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import httpProxy from 'http-proxy';
import type { Exchange } from '../exchange.ts';
import type { UpstreamSettings } from '../routes.ts';
import { Pool } from './pool.ts';

// Not imported: an `import` of node:http reads all of its exports, and one of them loads undici, 6 MiB for nothing.
const { request: sendRequest } = process.getBuiltinModule('node:http');

/** What is reported of a request to the upstream. */
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
 * Makes the requests to one upstream: http-proxy those with a body, which it pipes, and upgrades. Its handling of responses is
 * not used, as that leaves clients hanging when an upstream breaks off; nor its `ws()`, which frames a refused upgrade wrongly.
 * A GET or HEAD without a body leaves nothing to pipe: Node's client makes it at once, which takes less CPU.
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
  send(exchange: Exchange, events: ProxyEvents, isRetry: boolean): void {
    const agent = this.#pool.agent(isRetry);
    // http-proxy joins repeated slashes of the path; the agent puts them back.
    agent.nextTarget = exchange.target;
    if (exchange.isRetryableRead) this.#read(exchange, events, agent);
    else this.#web(exchange, events, agent);
  }

  #read({ request: { method }, target, headers }: Exchange, events: ProxyEvents, agent: Agent): void {
    const { host, port } = this.#target;
    const request = sendRequest({ host, port, method, path: target, headers: pairsOf(headers), agent });
    request.on('socket', () => events.begin(request)).on('error', events.failed);
    request.end();
  }

  #web(exchange: Exchange, events: ProxyEvents, agent: Agent): void {
    const { request, response, target, headers } = exchange;
    request.url = target;
    request.headers = headers as IncomingMessage['headers'];
    const options: WebOptions = { target: this.#target, agent, events };
    if (exchange.bodyless) options.buffer = emptyBody;
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

/** As [name, value, …], which Node writes as it is; of an object it would keep a copy with every name in lower case. */
function pairsOf(headers: OutgoingHttpHeaders): string[] {
  const pairs: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) for (const each of value) pairs.push(name, each);
    else if (value !== undefined) pairs.push(name, String(value));
  }
  return pairs;
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
