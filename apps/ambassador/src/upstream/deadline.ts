/**
 * The one time-out that currently bounds an attempt: to connect, to send, to get a response, to get more of it.
 *
 * Where the process itself was held up, what the upstream has sent meanwhile is heard first: Node runs timers before it
 * looks at sockets, and a wait of ours is not the upstream's.
 */
export class Deadline {
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;

  /** Replaces whatever was set before. */
  set(milliseconds: number, expired: () => void): void {
    this.clear();
    this.#timer = setTimeout(() => (this.#lastLook = setImmediate(expired)), milliseconds);
  }

  /** Something moved: the same span starts anew. */
  touch(): void {
    clearImmediate(this.#lastLook);
    this.#timer?.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
    this.#timer = undefined;
  }
}
