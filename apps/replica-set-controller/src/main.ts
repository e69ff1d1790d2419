import { readEnvironment, readOrExit } from '@shop/config';
import {
  createRegistry,
  installCrashHandlers,
  Lifecycle,
  shutdownOnSignals,
  startAdminServer,
} from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createController } from './app.ts';
import { controllerConfig } from './config.ts';

const config = readOrExit('replica-set-controller', () => readEnvironment(controllerConfig));
const logger = createLogger({ app: 'replica-set-controller', level: config.logLevel });
installCrashHandlers(logger);

const registry = createRegistry('replica-set-controller');
const lifecycle = new Lifecycle();
const controller = createController(config, { logger, registry });
const stop = new AbortController();
let close: () => Promise<void> = () => controller.close();
shutdownOnSignals({
  lifecycle,
  logger,
  drainDelayMs: 0,
  timeoutMs: 5000,
  close: () => {
    stop.abort();
    return close();
  },
});

// The admin port opens, and by that the pod's mongod is started, once the volume is known to be fit for it.
await controller.admit(stop.signal);
lifecycle.addReadinessCheck('member', () => controller.serving());
const admin = await startAdminServer({
  host: config.adminHost,
  port: config.adminPort,
  lifecycle,
  registry,
  logger,
  routes: { '/prestop': () => controller.prestop() },
});
const running = controller.run(stop.signal);
close = async () => {
  await running;
  await Promise.all([controller.close(), admin.close()]);
};
lifecycle.started();
logger.info({ adminPort: admin.port }, 'watching the replica set');
