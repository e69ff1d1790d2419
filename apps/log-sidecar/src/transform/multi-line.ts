/** Lines that are not JSON and belong together, such as a stack trace. */
export interface RawGroup {
  /** Joined with line feeds, without empty lines at the end. */
  readonly text: string;
  readonly lines: number;
  /** Where its first line, and the line after its last one, begin in the file. */
  readonly offset: number;
  readonly nextOffset: number;
}

export interface MultiLineOptions {
  /** Matches the first 256 characters of a line that continues the one before it. */
  readonly continuation: RegExp;
  readonly maxLines: number;
  readonly maxBytes: number;
  /** How long a group waits for a further line, in milliseconds. */
  readonly flushMs: number;
}

/** How much of a line `continuation` sees. */
const longestBeginning = 256;

/**
 * Whether a regular expression repeats without bound a group that itself repeats without bound or has alternatives,
 * such as `(a+)*` and `(a|a)*`: on some texts its time doubles with each character.
 */
export function repeatsRepetition(source: string): boolean {
  // For each open group whether it repeats or has alternatives; the first is the expression itself.
  const groups = [false];
  const tokens = /\\[\s\S]|\[(?:[^\]\\]|\\[\s\S])*\]|[*+]|\{\d+,\}|[\s\S]/gy;
  let closed = false;
  for (const [text] of source.matchAll(tokens)) {
    const repeats = /^(?:[*+]|\{\d+,\})$/.test(text);
    if (repeats && closed) return true;
    if (repeats || text === '|') groups[groups.length - 1] = true;
    closed = false;
    if (text === '(') groups.push(false);
    if (text === ')' && groups.length > 1) {
      closed = groups.pop() === true;
      if (closed) groups[groups.length - 1] = true;
    }
  }
  return false;
}

/** The lines of one group while it is open. Its owner decides when it ends. */
export class OpenGroup {
  readonly #options: MultiLineOptions;
  readonly #now: () => number;
  readonly #lines: string[] = [];
  /** Where it begins. */
  readonly offset: number;
  #bytes = 0;
  #nextOffset = 0;
  #changedAt = 0;

  /** @param offset where its first line begins, which has to be added next. */
  constructor(options: MultiLineOptions, now: () => number, offset: number) {
    this.#options = options;
    this.#now = now;
    this.offset = offset;
  }

  /** Nothing has come for so long that the group is complete. */
  get due(): boolean {
    return this.#now() - this.#changedAt >= this.#options.flushMs;
  }

  /** @param bytes the size of the line. @returns whether it was added; if not, end this group first. */
  tryContinue(line: string, bytes: number, nextOffset: number): boolean {
    const { continuation, maxLines, maxBytes } = this.#options;
    if (this.#lines.length >= maxLines || this.#bytes + bytes > maxBytes) return false;
    if (line !== '' && !continuation.test(line.slice(0, longestBeginning))) return false;
    this.add(line, bytes, nextOffset);
    return true;
  }

  add(line: string, bytes: number, nextOffset: number): void {
    this.#lines.push(line);
    this.#bytes += bytes;
    this.#nextOffset = nextOffset;
    this.#changedAt = this.#now();
  }

  end(): RawGroup {
    const text = this.#lines.join('\n').trimEnd();
    return { text, lines: this.#lines.length, offset: this.offset, nextOffset: this.#nextOffset };
  }
}
