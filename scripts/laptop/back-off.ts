const firstMs = 500;
const longestMs = 8_000;
/** A program that has run this long counts as healthy: its next crash counts as the first one. */
const healthyAfterMs = 10_000;

/** Like kubelet's CrashLoopBackOff on a shorter scale: at once, then 0.5, 1, 2, 4 and 8 seconds. */
export class BackOff {
  #crashes = 0;

  /** @param ranMs how long the program had been running when it ended. @returns milliseconds to wait. */
  after(ranMs: number): number {
    this.#crashes = ranMs >= healthyAfterMs ? 1 : this.#crashes + 1;
    return this.#crashes === 1 ? 0 : Math.min(firstMs * 2 ** (this.#crashes - 2), longestMs);
  }
}
