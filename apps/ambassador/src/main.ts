import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readEnvironment, readOrExit } from '@shop/config';
import {
  createRegistry,
  installCrashHandlers,
  Lifecycle,
  shutdownOnSignals,
  startAdminServer,
} from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createAmbassador } from './app.ts';
import { ambassadorConfig } from './config.ts';
import { readRoutes } from './routes.ts';

const config = readOrExit('ambassador', () => readEnvironment(ambassadorConfig));
const routes = readOrExit('ambassador', () => readRoutes(config.routesFile));
const logger = createLogger({ app: 'ambassador', level: config.logLevel });
installCrashHandlers(logger);
// Node itself would write lines that are not NDJSON: http-proxy calls util._extend, which is deprecated (DEP0060).
process
  .removeAllListeners('warning')
  .on('warning', (warning) => logger.debug({ err: warning }, 'Node warns'));

const lifecycle = new Lifecycle();
const registry = createRegistry('ambassador');
const ambassador = createAmbassador({ config, routes, logger, registry, lifecycle });

const admin = await orExit(
  `ADMIN_PORT ${config.adminPort} on ${config.adminHost}`,
  startAdminServer({
    host: config.adminHost,
    port: config.adminPort,
    lifecycle,
    registry,
    logger,
    routes: { '/breakers': ambassador.breakers },
  }),
);
const port = await orExit(
  `PORT ${config.port} on ${config.host}`,
  listen(ambassador.server, config.host, config.port),
);
shutdownOnSignals({
  lifecycle,
  logger,
  drainDelayMs: config.drainDelayMs,
  timeoutMs: config.shutdownTimeoutMs,
  async close() {
    await ambassador.close();
    await admin.close();
  },
});
lifecycle.started();
ambassador.warmUp();
logger.info({ port, adminPort: admin.port, routes: routes.map(({ prefix }) => prefix) }, 'serving');

/** Starts to listen. @returns the port, which the system chooses for 0. @throws `EADDRINUSE`. */
async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** What `listening` resolves to, or exit code 1 with one line on stderr when the address cannot be had. */
async function orExit<T>(what: string, listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'the port is taken' : message;
    process.stderr.write(`ambassador cannot start, ${what}: ${reason}\n`);
    process.exit(1);
  }
}
