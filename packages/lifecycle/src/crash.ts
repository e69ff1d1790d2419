import type { Logger } from '@shop/logging';

/** An uncaught error ends the process with one fatal NDJSON line instead of a bare stack, and exit code 1. */
export function installCrashHandlers(logger: Logger): void {
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'uncaught error: the process ends');
    process.exit(1);
  };
  process.once('uncaughtException', die);
  process.once('unhandledRejection', die);
}
