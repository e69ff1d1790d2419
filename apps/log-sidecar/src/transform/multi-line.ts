/** Lines that are no JSON and belong together, such as a stack trace. */
export interface RawGroup {
  /** Joined with line feeds, without empty lines at the end. */
  readonly text: string;
  readonly lines: number;
  /** Where its first line begins in the file, and where the line after its last one does. */
  readonly offset: number;
  readonly nextOffset: number;
}

export interface MultiLineOptions {
  /** Tells of a line that it continues the one before it. */
  readonly continuation: RegExp;
  readonly maxLines: number;
  readonly maxBytes: number;
  /** How long a group waits for a further line, in milliseconds. */
  readonly flushMs: number;
}

/** Gathers the lines of one group; whoever owns it decides when it ends. */
export class MultiLine {
  readonly #options: MultiLineOptions;
  readonly #now: () => number;
  #lines: string[] = [];
  #bytes = 0;
  #offset = 0;
  #nextOffset = 0;
  #changedAt = 0;

  constructor(options: MultiLineOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** Where the group under way begins. */
  get offset(): number | undefined {
    return this.#lines.length === 0 ? undefined : this.#offset;
  }

  /** Nothing has come for so long that nothing more will. */
  get due(): boolean {
    return this.#lines.length > 0 && this.#now() - this.#changedAt >= this.#options.flushMs;
  }

  /** @param bytes the size of the line. @returns whether it was taken; if not, the group has to be ended first. */
  tryContinue(line: string, bytes: number, nextOffset: number): boolean {
    const { continuation, maxLines, maxBytes } = this.#options;
    if (this.#lines.length === 0 || this.#lines.length >= maxLines || this.#bytes + bytes > maxBytes)
      return false;
    if (line !== '' && !continuation.test(line)) return false;
    this.#add(line, bytes, nextOffset);
    return true;
  }

  begin(line: string, bytes: number, offset: number, nextOffset: number): void {
    this.#offset = offset;
    this.#add(line, bytes, nextOffset);
  }

  /** @returns the group under way, if any, which is then no longer. */
  end(): RawGroup | undefined {
    if (this.#lines.length === 0) return undefined;
    const text = this.#lines.join('\n').trimEnd();
    const group = { text, lines: this.#lines.length, offset: this.#offset, nextOffset: this.#nextOffset };
    this.#lines = [];
    this.#bytes = 0;
    return group;
  }

  #add(line: string, bytes: number, nextOffset: number): void {
    this.#lines.push(line);
    this.#bytes += bytes;
    this.#nextOffset = nextOffset;
    this.#changedAt = this.#now();
  }
}
