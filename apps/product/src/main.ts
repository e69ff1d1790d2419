import { readEnvironment, readOrExit } from '@shop/config';
import { AppProcess } from '@shop/lifecycle';
import { createServiceLogger, serve } from '@shop/service';
import { createApp } from './app.ts';
import { productConfig } from './config.ts';

const config = readOrExit('product', () => readEnvironment(productConfig));
const app = new AppProcess('product', createServiceLogger('product', config));
await app.openAdminPort(config);
await serve(await createApp(config, app), config, app);
