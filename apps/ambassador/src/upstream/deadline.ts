/**
 * The one time-out that currently bounds an exchange with an upstream: to connect, to send the request, to get a response,
 * to get more of it.
 *
 * If the event loop stalled, pending socket data is read before the time is up: Node runs timers before it looks at
 * sockets, and a delay of this process is not the upstream's.
 */
export class Deadline {
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;

  /** Replaces the time-out that was set before. */
  set(milliseconds: number, expired: () => void): void {
    this.clear();
    this.#timer = setTimeout(() => (this.#lastLook = setImmediate(expired)), milliseconds);
  }

  /** Something moved: the same span starts again. */
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
