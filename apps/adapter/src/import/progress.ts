import type { Tally } from './tally.ts';

const everyMs = 100;

/** A line of the terminal that is overwritten by the next one. Prints nothing where there is no terminal. */
export class Progress {
  readonly #terminal: NodeJS.WriteStream | undefined;
  #supplier = '';
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#terminal = stream.isTTY ? stream : undefined;
  }

  begin(supplier: string): void {
    this.clear();
    this.#supplier = supplier;
    this.#draw('reading what the shop has');
  }

  show(tally: Tally): void {
    const now = performance.now();
    if (now - this.#drawnAt < everyMs) return;
    this.#drawnAt = now;
    this.#draw(`${tally.total} records`);
  }

  clear(): void {
    this.#terminal?.write('\r\u001B[K');
  }

  #draw(text: string): void {
    this.#terminal?.write(`\r\u001B[K${this.#supplier}: ${text}`);
  }
}
