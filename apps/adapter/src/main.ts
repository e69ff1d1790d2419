import { readEnvironment, readOrExit } from '@shop/config';
import { AppProcess, closeGracefully } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { createAdapter } from './app.ts';
import { adapterConfig } from './config.ts';
import { readMappings } from './mapping/load.ts';

const config = readOrExit('adapter', () => readEnvironment(adapterConfig));
const mappings = readOrExit('adapter', () => readMappings(config.mappingsDir));
const app = new AppProcess('adapter', createLogger({ app: 'adapter', level: config.logLevel }));
const { logger, registry, lifecycle } = app;

const server = createAdapter({ config, mappings, logger, registry, lifecycle });
await app.openAdminPort(config);
const port = await app.openPort(server, config);
app.endOnSignals(config, () => closeGracefully(server));
app.started('listening', { port, suppliers: [...mappings.keys()] });
