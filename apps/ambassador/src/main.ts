import { readEnvironment, readOrExit } from '@shop/config';
import { AppProcess } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createAmbassador } from './app.ts';
import { ambassadorConfig } from './config.ts';
import { readRoutes } from './routes.ts';

const config = readOrExit('ambassador', () => readEnvironment(ambassadorConfig));
const routes = readOrExit('ambassador', () => readRoutes(config.routesFile));
const app = new AppProcess('ambassador', createLogger({ app: 'ambassador', level: config.logLevel }));
const { logger, registry, lifecycle } = app;
// Node would print a warning that is not NDJSON: http-proxy calls util._extend, which is deprecated (DEP0060).
process
  .removeAllListeners('warning')
  .on('warning', (warning) => logger.debug({ err: warning }, 'Node warns'));

const ambassador = createAmbassador({ config, routes, logger, registry, lifecycle });
await app.openAdminPort(config, { '/breakers': ambassador.breakers });
const port = await app.openPort(ambassador.server, config);
app.endOnSignals(config, () => ambassador.close());
ambassador.warmUp();
app.started('serving', { port, routes: routes.map(({ prefix }) => prefix) });
