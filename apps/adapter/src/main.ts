import type { AddressInfo } from 'node:net';
import { readEnvironment, readOrExit } from '@shop/config';
import {
  closeGracefully,
  createRegistry,
  installCrashHandlers,
  Lifecycle,
  shutdownOnSignals,
  startAdminServer,
} from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createAdapter } from './app.ts';
import { adapterConfig } from './config.ts';
import { readMappings } from './mapping/load.ts';

const config = readOrExit('adapter', () => readEnvironment(adapterConfig));
const mappings = readOrExit('adapter', () => readMappings(config.mappingsDir));
const logger = createLogger({ app: 'adapter', level: config.logLevel });
installCrashHandlers(logger);

const lifecycle = new Lifecycle();
const registry = createRegistry('adapter');
const server = createAdapter({ config, mappings, logger, registry, lifecycle });

const admin = await listening('ADMIN_PORT', config.adminPort, () =>
  startAdminServer({ host: config.adminHost, port: config.adminPort, lifecycle, registry, logger }),
);
await listening('PORT', config.port, () => {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.port, config.host, resolve);
  });
});
shutdownOnSignals({
  lifecycle,
  logger,
  drainDelayMs: config.drainDelayMs,
  timeoutMs: config.shutdownTimeoutMs,
  async close() {
    await closeGracefully(server);
    await admin.close();
  },
});
lifecycle.started();
const { port } = server.address() as AddressInfo;
logger.info({ port, adminPort: admin.port, suppliers: [...mappings.keys()] }, 'listening');

/** A port that cannot be had is the operator's business: one line, not a stack. */
async function listening<T>(variable: string, wanted: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    logger.fatal({ port: wanted, code }, `port ${wanted} cannot be used: set ${variable} to another one`);
    process.exit(1);
  }
}
