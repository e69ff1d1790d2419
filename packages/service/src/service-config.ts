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
  /** Where requests to the neighbouring service go: the ambassador in this service's pod. */
  neighbourUrl: settings.httpUrl(),
  /** Longer than the ambassador's own time-outs, because the ambassador should decide. */
  neighbourTimeoutMs: settings.milliseconds().default(3000),
  /** The tokens that allow writes, one a line; without it every client may write. */
  tokenFile: z.string().min(1).optional(),
  /** For chaos tests: a file with the fault that requests shall have, see `fault-switch.ts`. */
  faultFile: z.string().min(1).optional(),
  logLevel: settings.logLevel().default('info'),
  /** Where log lines go instead of standard output: a file that the log sidecar follows, rotated by size. */
  logFile: z.string().min(1).optional(),
  logFileMaxBytes: settings.count(1_073_741_824).default(10_485_760),
  /** Rotated files that stay beside it. */
  logFilesKept: settings.count(100).default(5),
  drainDelayMs: settings.milliseconds().default(5000),
  shutdownTimeoutMs: settings.milliseconds().default(25_000),
});
export type ServiceConfig = z.output<typeof serviceConfig>;
