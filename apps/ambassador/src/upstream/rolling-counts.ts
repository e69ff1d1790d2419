/** A rolling window moves on by this part of itself; opossum's default. */
export const windowParts = 10;

/** Counts by name of what happened within a rolling window, which its owner moves on. */
export class RollingCounts<Name extends string> {
  readonly #names: readonly Name[];
  /** The newest part first. */
  readonly #parts: Record<Name, number>[];

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#parts = Array.from({ length: windowParts }, () => this.#zero());
  }

  add(name: Name): void {
    (this.#parts[0] as Record<Name, number>)[name] += 1;
  }

  /** Forgets the oldest part. */
  rotate(): void {
    this.#parts.pop();
    this.#parts.unshift(this.#zero());
  }

  totals(): Record<Name, number> {
    const totals = this.#zero();
    for (const part of this.#parts) for (const name of this.#names) totals[name] += part[name];
    return totals;
  }

  #zero(): Record<Name, number> {
    return Object.fromEntries(this.#names.map((name) => [name, 0])) as Record<Name, number>;
  }
}
