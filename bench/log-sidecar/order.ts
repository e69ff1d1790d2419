import { StringDecoder } from 'node:string_decoder';

const shape = /"seq":(\d+),.*"log":\{"file":"([0-9a-f]+)","offset":(\d+)(,"redelivered":true)?\}\}$/;

/** A consumer of the sidecar's output: recognises a repeated line by its place in the file, and counts errors. */
export class Order {
  /** The number that the next line must have. */
  next = 0;
  lost = 0;
  /** Repeated lines that are marked as redelivered, as a consumer can see, and unmarked ones. */
  repeatedMarked = 0;
  repeatedUnmarked = 0;
  broken = 0;
  /** Lines that a kill cut off. They come again as a whole. */
  torn = 0;
  /** The places of the last few hundred lines; fewer are ever redelivered. */
  readonly #recent = new Set<string>();

  /** Everything that one process has written. */
  acceptAll(parts: readonly Buffer[]): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (const part of parts) {
      const lines = (rest + decoder.write(part)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#accept(line);
    }
    if (rest !== '') this.torn++;
  }

  #accept(line: string): void {
    // Ends the line that the previous process left unfinished.
    if (line === '') return;
    const match = shape.exec(line);
    if (!match) {
      this.broken++;
      return;
    }
    const number = Number(match[1]);
    const position = `${match[2]}:${match[3]}`;
    if (this.#recent.has(position)) {
      if (match[4]) this.repeatedMarked++;
      else this.repeatedUnmarked++;
      return;
    }
    this.#recent.add(position);
    if (this.#recent.size > 500)
      for (const oldest of this.#recent) {
        this.#recent.delete(oldest);
        break;
      }
    // If a line comes too early, those in between are lost or come out of order.
    this.lost += Math.abs(number - this.next);
    this.next = number + 1;
  }

  /** Whether all lines came exactly once and in order, for a consumer that looks at the marks. */
  isExact(lines: number): boolean {
    return this.next === lines && this.lost + this.repeatedUnmarked + this.broken === 0;
  }
}
