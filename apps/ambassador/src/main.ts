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
import { listen, orExit } from './listen.ts';
import { readRoutes } from './routes/table.ts';

const config = readOrExit('ambassador', () => readEnvironment(ambassadorConfig));
const routes = readOrExit('ambassador', () => readRoutes(config.routesFile));
const logger = createLogger({ app: 'ambassador', level: config.logLevel });
installCrashHandlers(logger);
// Node's own would write lines that are no NDJSON: http-proxy calls util._extend, which is deprecated (DEP0060).
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
