import type { Logger } from '@shop/logging';

/** The last words of a process that must not go on: one fatal NDJSON line instead of a bare stack, then exit code 1. */
export function installCrashHandlers(logger: Logger): void {
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'uncaught error: the process ends');
    process.exit(1);
  };
  process.once('uncaughtException', die);
  process.once('unhandledRejection', die);
}
