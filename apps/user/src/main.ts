import { readEnvironment, readOrExit } from '@shop/config';
import { installCrashHandlers } from '@shop/lifecycle';
import { createServiceLogger, runService, serviceConfig } from '@shop/service';
import { createApp } from './app.ts';

const config = readOrExit('user', () => readEnvironment(serviceConfig));
const logger = createServiceLogger('user', config);
installCrashHandlers(logger);
await runService(config, logger, (foundations) => createApp(config, foundations));
