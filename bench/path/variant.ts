/** `node variant.ts NAME`: product as its `main.ts` starts it, in one of the {@link variants}. */
import type { DynamicModule } from '@nestjs/common';
import { readEnvironment } from '@shop/config';
import { AppProcess } from '@shop/lifecycle';
import { createService, createServiceLogger, serve, serviceConfig } from '@shop/service';
import { composed, variants } from './variants.ts';

const dist = new URL('../../apps/product/dist/', import.meta.url).href;
const { ProductModule } = (await import(`${dist}product.module.js`)) as {
  readonly ProductModule: { readonly with: (config: object) => DynamicModule };
};
const { openapi } = (await import(`${dist}openapi.js`)) as {
  readonly openapi: (needsToken: boolean) => object;
};

const variant = variants[process.argv[2] ?? ''];
if (variant === undefined) throw new Error(`not one of ${Object.keys(variants).join(', ')}`);
const config = readEnvironment(serviceConfig);
const app = new AppProcess('product', variant.logger?.() ?? createServiceLogger('product', config));
await app.openAdminPort(config);
variant.before?.();
const module = composed(ProductModule.with({}), variant);
const service = await createService({ name: 'product', module, openapi: openapi(false) }, config, app);
variant.after?.(service, app.registry);
await serve(service, config, app);
