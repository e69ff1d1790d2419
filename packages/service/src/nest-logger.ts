import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@shop/logging';

/** Nest's own messages as our log lines; its start-up messages only at debug level. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, context?: string): void {
    this.#logger.debug({ context }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.#logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.#logger.trace({ context }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.#logger.warn({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.#logger.error({ context, stack }, String(message));
  }
  fatal(message: unknown, stack?: string, context?: string): void {
    this.#logger.fatal({ context, stack }, String(message));
  }
}
