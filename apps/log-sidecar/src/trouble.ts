import type { Logger } from '@shop/logging';
import type { Failure, Stats } from './stats.ts';

/** Something that fails, perhaps thousands of times, and may recover: counted each time, said at each change only. */
export class Trouble {
  readonly #what: Failure;
  readonly #logger: Logger;
  readonly #stats: Stats;
  #code: string | undefined;

  constructor(what: Failure, logger: Logger, stats: Stats) {
    this.#what = what;
    this.#logger = logger;
    this.#stats = stats;
  }

  /** The system's error code while it lasts: `ENOSPC`. */
  get code(): string | undefined {
    return this.#code;
  }

  failed(code: string, message: string): void {
    this.#stats.failures[this.#what]++;
    if (this.#code === code) return;
    this.#code = code;
    this.#logger.error({ code }, message);
  }

  recovered(message: string): void {
    if (this.#code === undefined) return;
    this.#code = undefined;
    this.#logger.info(message);
  }
}
