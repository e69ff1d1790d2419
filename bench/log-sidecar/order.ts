import { StringDecoder } from 'node:string_decoder';

const shape = /"seq":(\d+),.*"log":\{"file":"([0-9a-f]+)","offset":(\d+)(,"redelivered":true)?\}\}$/;

/**
 * A consumer of the sidecar's output: recognises a repeated line by where it stood in the file, and counts what should
 * not be.
 */
export class Order {
  /** The number the next line has to have. */
  next = 0;
  lost = 0;
  /** Came again marked as redelivered, so that a consumer can see it; and unmarked. */
  repeatedMarked = 0;
  repeatedUnmarked = 0;
  broken = 0;
  /** Cut off by a kill; came again whole. */
  torn = 0;
  /** Where the last few hundred lines stood: more than are ever redelivered. */
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
    // Ends the line that the process before has left unfinished.
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
    // A line before its time means that those in between are lost, or come out of order.
    this.lost += Math.abs(number - this.next);
    this.next = number + 1;
  }

  /** Whether all lines have come exactly once and in order, as a consumer that looks at the marks sees it. */
  isExact(lines: number): boolean {
    return this.next === lines && this.lost + this.repeatedUnmarked + this.broken === 0;
  }
}
