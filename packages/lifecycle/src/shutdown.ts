import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@shop/logging';
import type { Lifecycle } from './lifecycle.ts';

export interface ShutdownOptions {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  /** How long endpoints need to drop this process: kube-proxy and the Ingress learn of it a moment later. */
  readonly drainDelayMs: number;
  /** The limit for all of it; less than the pod's terminationGracePeriodSeconds. */
  readonly timeoutMs: number;
  /** Stops listening, lets unfinished requests end, then closes what they used. */
  readonly close: () => Promise<void>;
}

/**
 * On SIGTERM or SIGINT: readiness falls first, requests still arrive and are served for `drainDelayMs`, then `close`,
 * then exit code 0. The other order would refuse requests that the Ingress still sends. A second SIGINT, or the
 * time-out, ends the process with exit code 1.
 */
export function shutdownOnSignals({
  lifecycle,
  logger,
  drainDelayMs,
  timeoutMs,
  close,
}: ShutdownOptions): void {
  let begun = false;

  async function shutdown(signal: NodeJS.Signals): Promise<void> {
    if (begun) {
      if (signal === 'SIGINT') process.exit(1);
      return;
    }
    begun = true;
    lifecycle.drain();
    logger.info({ signal, drainDelayMs }, 'draining');
    setTimeout(() => {
      logger.error({ timeoutMs }, 'shutdown took too long: unfinished requests are cut off');
      process.exit(1);
    }, timeoutMs).unref();
    await delay(drainDelayMs);
    await close();
    logger.info('stopped');
    process.exit(0);
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, (received: NodeJS.Signals) => {
      shutdown(received).catch((error: unknown) => {
        logger.error({ err: error }, 'shutdown failed');
        process.exit(1);
      });
    });
  }
}
