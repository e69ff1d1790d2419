/** The part of a pino logger that a store uses. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Reports once that the database is lost and once that it is back, even if many requests notice. */
export class Availability {
  readonly #log: Log | undefined;
  readonly #database: string;
  #up: boolean | undefined;

  /** @param database its address for messages, without credentials. */
  constructor(log: Log | undefined, database: string) {
    this.#log = log;
    this.#database = database;
  }

  lost(reason: string): void {
    if (this.#up === false) return;
    this.#up = false;
    this.#log?.warn({ database: this.#database, reason }, 'the database does not answer');
  }

  back(): void {
    if (this.#up === true) return;
    this.#up = true;
    this.#log?.info({ database: this.#database }, 'the database answers');
  }
}
