/** Runs tasks at the same time, up to a limit. */
export class Bounded {
  readonly #max: number;
  readonly #active = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Resolves when the work has begun, which slows down the producer. @throws what earlier work threw. */
  async start(work: () => Promise<void>): Promise<void> {
    while (this.#active.size >= this.#max) await Promise.race(this.#active);
    this.#check();
    const task: Promise<void> = work()
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => this.#active.delete(task));
    this.#active.add(task);
  }

  /** Resolves when all of it is over. @throws what work threw, the first of it. */
  async drain(): Promise<void> {
    await Promise.all(this.#active);
    this.#check();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
