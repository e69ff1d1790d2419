/** Where a line comes from: which pod of which app; what is not known is left out. */
export interface Origin {
  readonly pod?: string | undefined;
  readonly node?: string | undefined;
  readonly namespace?: string | undefined;
  readonly app?: string | undefined;
  readonly version?: string | undefined;
}

/** The member that says where in which file a line stood. */
export const positionKey = 'log';
/** The member that keeps the app's own members of the names that belong to the sidecar. */
export const originalKey = 'original';

/**
 * The members every line gets, as bytes ready to be put before a line's last brace.
 * Their names are the sidecar's: `keys` lists them, and what an app itself wrote under one is no longer at that place.
 */
export class Enrichment {
  readonly keys: readonly string[];
  readonly #values: readonly Buffer[];
  readonly #members: readonly string[];
  readonly #variants = new Map<number, Buffer>();

  constructor(origin: Origin) {
    const fields = (['pod', 'node', 'namespace', 'app', 'version'] as const).flatMap((name) => {
      const value = origin[name];
      return value === undefined ? [] : [[name, JSON.stringify(value)] as const];
    });
    this.#values = fields.map(([, json]) => Buffer.from(json));
    this.#members = fields.map(([name, json]) => `,"${name}":${json}`);
    this.keys = [...fields.map(([name]) => name), positionKey, originalKey];
  }

  /** Whether the line has the sidecar's value for a key already, as most have for `app`: nothing is to be done then. */
  says(key: number, bytes: Buffer, start: number, end: number): boolean {
    const value = this.#values[key];
    return value !== undefined && end - start === value.length && value.compare(bytes, start, end) === 0;
  }

  /** All members, each with a comma before it, but those whose bit is set in `without`. */
  members(without = 0): Buffer {
    let members = this.#variants.get(without);
    if (!members) {
      members = Buffer.from(this.#members.filter((_, key) => (without & (1 << key)) === 0).join(''));
      this.#variants.set(without, members);
    }
    return members;
  }
}
