import { settings } from '@shop/config';
import { z } from 'zod';

/** The import's settings; each is an environment variable, `adapterUrl` is `ADAPTER_URL`. */
export const importConfig = z.object({
  adapterUrl: settings.httpUrl(),
  productUrl: settings.httpUrl(),
  userUrl: settings.httpUrl(),
  /** Products written at a time. */
  concurrency: settings.count(100).default(8),
  /** For one attempt. */
  requestTimeoutMs: settings.milliseconds().default(10_000),
  /** For all attempts of one request, while a service cannot answer. */
  patienceMs: settings.milliseconds().default(60_000),
  /** A bearer token, read again for each request: a new token needs no restart. */
  tokenFile: z.string().min(1).optional(),
  /** Whether a record that is rejected makes the import fail. */
  strict: z.stringbool('must be true or false').default(false),
  logLevel: settings.logLevel().default('info'),
});
export type ImportConfig = z.output<typeof importConfig>;
