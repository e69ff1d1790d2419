/** The one time-out that currently bounds an attempt: to connect, to send, to get a response, to get more of it. */
export class Deadline {
  #timer: NodeJS.Timeout | undefined;

  /** Replaces whatever was set before. */
  set(milliseconds: number, expired: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(expired, milliseconds);
  }

  /** Something moved: the same span starts anew. */
  touch(): void {
    this.#timer?.refresh();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
