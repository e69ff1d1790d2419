import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '@shop/config';
import { closeGracefully, createRegistry, Lifecycle, type AppDependencies } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { serviceConfig, type Service, type ServiceConfig } from '@shop/service';
import type { Registry } from '@prometheus-io/client';

export interface StartedApp {
  /** For supertest. */
  readonly server: Server;
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
  /** What it has logged so far, parsed. */
  logLines(): Record<string, unknown>[];
  close(): Promise<void>;
}

/**
 * Starts a service as its `main.ts` does, on a free port of the loopback, with its own database file.
 * @param environment further settings, by the names of their variables.
 * @param neighbour responds instead of the ambassador; without it the neighbour cannot be reached.
 */
export async function startApp(
  createApp: (config: ServiceConfig, dependencies: AppDependencies) => Promise<Service>,
  neighbour?: RequestListener,
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedApp> {
  const folder = mkdtempSync(join(tmpdir(), 'shop-app-'));
  const stand = neighbour && (await listen(createServer(neighbour)));
  const config = readEnvironment(serviceConfig, {
    PORT: '0',
    ADMIN_PORT: '0',
    DATABASE_URL: `sqlite:${join(folder, 'test.db')}`,
    // Connections to port 9 (discard) are refused.
    NEIGHBOUR_URL: `http://127.0.0.1:${stand ? (stand.address() as AddressInfo).port : 9}`,
    NEIGHBOUR_TIMEOUT_MS: '500',
    ...environment,
  });
  const written: string[] = [];
  const logger = createLogger({
    app: 'test',
    level: 'info',
    destination: { write: (line) => void written.push(line) },
  });
  const lifecycle = new Lifecycle();
  const registry = createRegistry('test');
  const app = await createApp(config, { logger, lifecycle, registry });
  await app.listen(0, '127.0.0.1');
  lifecycle.started();
  return {
    server: app.getHttpServer(),
    lifecycle,
    registry,
    logLines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
    async close() {
      await closeGracefully(app.getHttpServer(), () => app.close());
      stand?.closeAllConnections();
      stand?.close();
      await rm(folder, { recursive: true });
    },
  };
}

const listen = (server: Server): Promise<Server> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
