/** A record that did not become a product of the shop. */
export interface Rejection {
  readonly line: number;
  readonly record: number;
  readonly key?: string | undefined;
  readonly field?: string | undefined;
  readonly reason: string;
}

/** The result of one supplier's feed. */
export interface SupplierResult {
  readonly supplier: string;
  /** Whether the feed was read to its end; otherwise `error` says why not. */
  readonly complete: boolean;
  readonly error?: string;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** How many records were rejected, with the first of them. */
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
}

/** Enough to see what is wrong; the count has all of them. */
const maxRejections = 100;

/** Counts while a feed is imported. */
export class Tally {
  readonly #counts = { created: 0, updated: 0, unchanged: 0 };
  readonly #rejections: Rejection[] = [];
  #rejectedRecords = 0;
  #lastProblem = 0;

  count(kind: 'created' | 'updated' | 'unchanged'): void {
    this.#counts[kind] += 1;
  }

  /** A problem that the adapter reported. A record may have several, one after the other; it counts once. */
  problem(problem: Rejection): void {
    if (problem.record === this.#lastProblem) this.#keep(problem);
    else this.reject(problem);
    this.#lastProblem = problem.record;
  }

  /** A record that the shop rejected, or the import itself. */
  reject(rejection: Rejection): void {
    this.#rejectedRecords += 1;
    this.#keep(rejection);
  }

  #keep(rejection: Rejection): void {
    if (this.#rejections.length < maxRejections) this.#rejections.push(rejection);
  }

  get total(): number {
    const { created, updated, unchanged } = this.#counts;
    return created + updated + unchanged + this.#rejectedRecords;
  }

  /** @param error why the feed is not complete. */
  result(supplier: string, error?: string): SupplierResult {
    return {
      supplier,
      complete: error === undefined,
      ...(error === undefined ? {} : { error }),
      ...this.#counts,
      rejected: this.#rejectedRecords,
      rejections: this.#rejections.toSorted((a, b) => a.record - b.record),
    };
  }
}
