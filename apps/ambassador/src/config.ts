import { settings } from '@shop/config';
import { z } from 'zod';

const headerBytes = () => settings.count(1_048_576);

/** The ambassador's settings; each is an environment variable, `adminPort` is `ADMIN_PORT`. */
export const ambassadorConfig = z.object({
  /** In a pod only the pod itself may use its ambassador; as the front door, every client that reaches the machine. */
  host: settings.host().default('127.0.0.1'),
  port: settings.port(),
  adminHost: settings.host().default('127.0.0.1'),
  adminPort: settings.port(),
  /** YAML, see `routes-file.ts`. */
  routesFile: z.string().min(1),
  /** Whether X-Forwarded-* of clients are believed: an edge replaces them, a hop behind one appends. */
  forwarded: z.enum(['replace', 'append'], 'must be replace or append').default('replace'),
  logLevel: settings.logLevel().default('info'),
  /** Request line and header fields together. */
  maxHeaderBytes: headerBytes().default(16_384),
  /** From a connection's first byte, or its opening, to the end of the header section: against slow loris. */
  headersTimeoutMs: settings.milliseconds().default(10_000),
  /** How long a client's idle connection stays open; longer than the clients' own pools hold theirs. */
  keepAliveTimeoutMs: settings.milliseconds().default(65_000),
  /** How long a client may take nothing of a response before its connection is closed. */
  sendTimeoutMs: settings.milliseconds().default(60_000),
  drainDelayMs: settings.milliseconds().default(5000),
  shutdownTimeoutMs: settings.milliseconds().default(25_000),
});
export type AmbassadorConfig = z.output<typeof ambassadorConfig>;
