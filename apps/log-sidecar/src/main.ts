import { readOrExit } from '@shop/config';
import {
  createRegistry,
  installCrashHandlers,
  Lifecycle,
  shutdownOnSignals,
  startAdminServer,
} from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { pino } from 'pino';
import { createSidecar } from './app.ts';
import { readSidecarConfig } from './config.ts';
import { OutputClosed } from './write/standard-output.ts';

const config = readOrExit('log-sidecar', () => readSidecarConfig());
// Standard output belongs to the app's lines.
const logger = createLogger({
  app: 'log-sidecar',
  level: config.logLevel,
  destination: pino.destination({ dest: 2, sync: true }),
});
installCrashHandlers(logger);

const lifecycle = new Lifecycle();
const registry = createRegistry('log-sidecar');
const sidecar = createSidecar({ config, logger, registry, lifecycle, outputFd: 1 });
const admin = await startAdminServer({
  host: config.adminHost,
  port: config.adminPort,
  lifecycle,
  registry,
  logger,
}).catch((error: NodeJS.ErrnoException) => {
  logger.fatal({ code: error.code, port: config.adminPort }, 'ADMIN_PORT cannot be listened on');
  process.exit(1);
});
shutdownOnSignals({
  lifecycle,
  logger,
  // No client sends it requests: it can begin to drain at once.
  drainDelayMs: 0,
  timeoutMs: config.drainTimeoutMs + 5000,
  close: async () => {
    await sidecar.stop();
    await admin.close();
  },
});
lifecycle.started();
logger.info({ logFile: config.logFile, adminPort: admin.port }, 'following');
await sidecar.run().catch((error: unknown) => {
  if (!(error instanceof OutputClosed)) throw error;
  // A new process gets a new pipe and goes on at the checkpoint.
  logger.fatal({ err: error }, 'standard output has no reader: the process ends');
  process.exit(1);
});
