import { readEnvironment, readOrExit } from '@shop/config';
import { installCrashHandlers } from '@shop/lifecycle';
import { createLogger } from '@shop/logging';
import { runService, serviceConfig } from '@shop/service';
import { createApp } from './app.ts';

const config = readOrExit('user', () => readEnvironment(serviceConfig));
const logger = createLogger({ app: 'user', level: config.logLevel });
installCrashHandlers(logger);
await runService(config, logger, (foundations) => createApp(config, foundations));
