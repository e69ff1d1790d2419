import { readEnvironment, readOrExit } from '@shop/config';
import { AppProcess } from '@shop/lifecycle';
import { createServiceLogger, serve, serviceConfig } from '@shop/service';
import { createApp } from './app.ts';

const config = readOrExit('product', () => readEnvironment(serviceConfig));
const app = new AppProcess('product', createServiceLogger('product', config));
await app.openAdminPort(config);
await serve(await createApp(config, app), config, app);
