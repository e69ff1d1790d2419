import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpProblem, sendProblem } from '@shop/http-errors';
import type { Logger } from '@shop/logging';
import type { Registry } from '@prometheus-io/client';
import { closeServer } from './http-server.ts';
import type { Lifecycle, Readiness } from './lifecycle.ts';
import { requestPath } from './request-path.ts';

// An `import` of node:http reads all of its exports, among them WebSocket, which loads undici: 9 MiB for nothing.
const { createServer } = process.getBuiltinModule('node:http');

/** Further JSON documents on the admin port, by path: `/breakers` of the ambassador. */
export type AdminRoutes = Readonly<Record<string, () => unknown>>;

export interface AdminServerOptions {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly routes?: AdminRoutes;
  /** How long a request for `/readyz` may wait until the app is ready for the first time, in milliseconds; default 800. */
  readonly startWaitMs?: number;
}

/** Less than the second that a probe without timeoutSeconds waits. */
const defaultStartWaitMs = 800;
const startPollMs = 40;

export interface AdminServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The port for kubelet and Prometheus, separate from the public one so that no Ingress can reach it: `/livez` (the
 * event loop runs), `/readyz` (200, or 503 with what is missing), `/metrics`.
 * It stays open while the app drains. Until the app is ready for the first time, `/readyz` waits for that a little: the
 * kubelet hears of it at once, and not with its next probe.
 * @throws when the port is taken, as `EADDRINUSE`.
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const { lifecycle, registry, routes = {}, startWaitMs = defaultStartWaitMs } = options;
  let wasReady = false;

  async function readiness(): Promise<Readiness> {
    const deadline = performance.now() + startWaitMs;
    // The checks are not run for nothing.
    while (lifecycle.phase === 'starting' && performance.now() < deadline) await delay(startPollMs);
    for (;;) {
      const found = await lifecycle.readiness();
      wasReady ||= found.ready;
      if (wasReady || found.phase === 'draining' || performance.now() >= deadline) return found;
      await delay(startPollMs);
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = requestPath(request.url);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const headers = { allow: 'GET, HEAD' };
      const problem = new HttpProblem('method-not-allowed', 'The admin port only answers GET.', { headers });
      return sendProblem(response, problem);
    }
    if (path === '/livez') return send(response, 200, { status: 'alive', phase: lifecycle.phase });
    if (path === '/readyz') {
      const found = await readiness();
      return send(response, found.ready ? 200 : 503, found);
    }
    if (path === '/metrics') {
      response.writeHead(200, { 'content-type': registry.contentType });
      return void response.end(await registry.metrics());
    }
    const route = routes[path];
    if (route) return send(response, 200, await route());
    const paths = ['/livez', '/readyz', '/metrics', ...Object.keys(routes)].join(', ');
    sendProblem(response, new HttpProblem('not-found', `The admin port has ${paths}.`));
  }

  const server = createServer((request, response) => {
    request.resume();
    respond(request, response).catch((error: unknown) => {
      options.logger.error({ err: error }, 'admin port: a request failed');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
