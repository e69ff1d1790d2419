import type { LineFinder, LogLine } from '@shop/board';

/** Keeps the lines of the traces that a page follows. */
export class TraceLines implements LineFinder {
  readonly #followed = new Map<string, LogLine[]>();

  add(program: string, text: string): void {
    for (const [traceId, lines] of this.#followed) if (text.includes(traceId)) lines.push({ program, text });
  }

  follow(traceId: string) {
    const lines: LogLine[] = [];
    this.#followed.set(traceId, lines);
    return { lines: async () => [...lines], end: () => void this.#followed.delete(traceId) };
  }
}
