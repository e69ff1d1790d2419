import { settings } from '@shop/config';
import { z } from 'zod';

const headerBytes = () => settings.count(1_048_576);

/** The ambassador's settings; each is an environment variable, `adminPort` is `ADMIN_PORT`. */
export const ambassadorConfig = z.object({
  /** A sidecar serves its own pod only. The front door of the laptop mode may listen on all addresses. */
  host: settings.host().default('127.0.0.1'),
  port: settings.port(),
  adminHost: settings.host().default('127.0.0.1'),
  adminPort: settings.port(),
  /** YAML, see `routes-file.ts`. */
  routesFile: z.string().min(1),
  /** Whether X-Forwarded-* of clients are believed: the first proxy replaces them, a hop behind it appends to them. */
  forwarded: z.enum(['replace', 'append'], 'must be replace or append').default('replace'),
  logLevel: settings.logLevel().default('info'),
  /** Request line and header fields together. */
  maxHeaderBytes: headerBytes().default(16_384),
  /** From a connection's first byte, or its opening, to the end of the header section: against slow loris. */
  headersTimeoutMs: settings.milliseconds().default(10_000),
  /** How long a client's idle connection stays open; longer than the clients' own pools hold theirs. */
  keepAliveTimeoutMs: settings.milliseconds().default(65_000),
  /** How long a client may read nothing of a response before its connection is closed. */
  sendTimeoutMs: settings.milliseconds().default(60_000),
  drainDelayMs: settings.milliseconds().default(5000),
  shutdownTimeoutMs: settings.milliseconds().default(25_000),
});
export type AmbassadorConfig = z.output<typeof ambassadorConfig>;
