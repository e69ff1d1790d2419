import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const STATEFUL_SET = '/apis/apps/v1/namespaces/shop/statefulsets/mongo';
const CONFIG_MAP = '/api/v1/namespaces/shop/configmaps/mongo-replica-set';
export const TOKEN = 'the-token-of-the-service-account';

interface ConfigMap {
  readonly metadata: { readonly name: string; resourceVersion: string };
  readonly data?: Record<string, string>;
}

/** An API server with one StatefulSet and one ConfigMap that allows what the Role of the manifests allows. */
export class FakeKubernetes {
  replicas = 1;
  configMap: ConfigMap = { metadata: { name: 'mongo-replica-set', resourceVersion: '1' } };
  /** Requests that the Role would refuse; there must be none. */
  readonly forbidden: string[] = [];
  /** Called when a write is done but has no response yet; throwing cuts the connection. */
  afterWrite: () => void = () => undefined;
  /** False: the network to it is cut. */
  reachable = true;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => request.socket.destroy());
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.reachable) throw new Error('unreachable');
    const { method, url, headers } = request;
    const send = (status: number, body: unknown = {}) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (headers.authorization !== `Bearer ${TOKEN}`) return send(401);
    if (method === 'GET' && url === STATEFUL_SET) return send(200, { spec: { replicas: this.replicas } });
    if (method === 'GET' && url === CONFIG_MAP) return send(200, this.configMap);
    if (method === 'PUT' && url === CONFIG_MAP) {
      const body = JSON.parse(await text(request)) as ConfigMap;
      const { resourceVersion } = this.configMap.metadata;
      if (body.metadata.resourceVersion !== resourceVersion) return send(409);
      body.metadata.resourceVersion = String(Number(resourceVersion) + 1);
      this.configMap = body;
      this.afterWrite();
      return send(200, body);
    }
    this.forbidden.push(`${method} ${url}`);
    send(403);
  }
}
