import { settings } from '@shop/config';
import { z } from 'zod';

/** The adapter's settings; each is an environment variable, `adminPort` is `ADMIN_PORT`. */
export const adapterConfig = z.object({
  host: settings.host().default('127.0.0.1'),
  port: settings.port(),
  adminHost: settings.host().default('127.0.0.1'),
  adminPort: settings.port(),
  /** A `.yaml` for each supplier. */
  mappingsDir: z.string().min(1),
  /** How long a supplier may take to respond, and between two pieces of its feed. */
  sourceTimeoutMs: settings.milliseconds().default(10_000),
  /** How long a client may leave what was sent to it unread. */
  clientTimeoutMs: settings.milliseconds().default(300_000),
  /** Feeds read at a time; one more is answered 503. */
  maxConcurrentFeeds: settings.count(100).default(4),
  maxFeedBytes: settings.count(1_000_000_000_000).default(1_000_000_000),
  logLevel: settings.logLevel().default('info'),
  drainDelayMs: settings.milliseconds().default(5000),
  shutdownTimeoutMs: settings.milliseconds().default(25_000),
});
export type AdapterConfig = z.output<typeof adapterConfig>;
