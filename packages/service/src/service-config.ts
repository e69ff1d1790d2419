import { settings } from '@shop/config';
import { z } from 'zod';

/** The settings every service has; each is an environment variable, `adminPort` is `ADMIN_PORT`. */
export const serviceConfig = z.object({
  host: settings.host().default('127.0.0.1'),
  port: settings.port(),
  adminHost: settings.host().default('127.0.0.1'),
  adminPort: settings.port(),
  /** `mongodb://…` or `sqlite:…`. */
  databaseUrl: z.string().min(1),
  /** Where the neighbouring service is asked: the ambassador at this one's side. */
  neighbourUrl: settings.httpUrl(),
  /** Longer than the ambassador's own time-outs: it is the one to decide. */
  neighbourTimeoutMs: settings.milliseconds().default(3000),
  /** The tokens that allow writes, one a line; without it everybody may write. */
  tokenFile: z.string().min(1).optional(),
  logLevel: settings.logLevel().default('info'),
  drainDelayMs: settings.milliseconds().default(5000),
  shutdownTimeoutMs: settings.milliseconds().default(25_000),
});
export type ServiceConfig = z.output<typeof serviceConfig>;
