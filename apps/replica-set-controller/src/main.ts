import { readEnvironment, readOrExit } from '@shop/config';
import { AppProcess } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createController } from './app.ts';
import { controllerConfig } from './config.ts';

const name = 'replica-set-controller';
const config = readOrExit(name, () => readEnvironment(controllerConfig));
const app = new AppProcess(name, createLogger({ app: name, level: config.logLevel }));

const controller = createController(config, app);
const stop = new AbortController();
let running = Promise.resolve();
// Registered before the first wait: a signal may come while the volume is refused.
app.endOnSignals({ drainDelayMs: 0, shutdownTimeoutMs: 5000 }, async () => {
  stop.abort();
  await running;
  await controller.close();
});

// The admin port opens once the volume is known to be usable. The pod's mongod starts only after that.
await controller.admit(stop.signal);
app.lifecycle.addReadinessCheck('member', () => controller.serving());
await app.openAdminPort(config, { '/prestop': () => controller.prestop() });
running = controller.run(stop.signal);
app.started('watching the replica set', {});
