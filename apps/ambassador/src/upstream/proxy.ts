import type { Agent, IncomingMessage } from 'node:http';
import httpProxy from 'http-proxy';
import type { Exchange } from '../exchange.ts';
import type { UpstreamSettings } from '../routes/upstream-settings.ts';
import { noBody, type Attempt } from './attempt.ts';
import { Pool } from './pool.ts';

interface WebOptions extends httpProxy.ServerOptions {
  readonly agent: Agent;
  readonly attempt: Attempt;
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
    // The pass takes Transfer-Encoding from DELETE and OPTIONS but not the body: the next request could hide in it.
    const internals = this.#server as unknown as { webPasses: Pass[] };
    internals.webPasses = internals.webPasses.filter(({ name }) => name !== 'deleteLength');
    this.#server.on('proxyReq', (outgoing, _request, _response, options) =>
      (options as WebOptions).attempt.begin(outgoing),
    );
    // Every call has its own callback for errors; without a listener one that has none would end the process.
    this.#server.on('error', () => undefined);
  }

  /** @throws what Node's http.request throws. */
  web(exchange: Exchange, attempt: Attempt, second: boolean): void {
    const { request, response, target, headers } = exchange;
    request.url = target;
    request.headers = headers as IncomingMessage['headers'];
    const options: WebOptions = { target: this.#target, agent: this.#pool.agent(second), attempt };
    if (second || exchange.bodyless) options.buffer = noBody(target);
    this.#server.web(request, response, options, attempt.failed);
  }

  /** See `Pool.warmUp`. */
  warmUp(): void {
    this.#pool.warmUp(this.#target);
  }

  close(): void {
    this.#pool.close();
  }
}
