import { hash } from 'node:crypto';

/** How many files back a first line is remembered. */
const remembered = 16;

/** What names of files depend on besides the file, for the next process. */
export interface NameState {
  readonly lastName: string;
  readonly firstLines: readonly string[];
}

/**
 * Names files for those who read the output: the same name at every reading of a file, and another one for every other
 * file. Inode number and first line, which usually has a time, are enough for that. When a first line comes again, as a
 * banner does, and so could the inode number, the name also depends on the file before.
 */
export class FileNames {
  #lastName = '';
  #firstLines: readonly string[] = [];

  get state(): NameState {
    return { lastName: this.#lastName, firstLines: this.#firstLines };
  }

  resume({ lastName, firstLines }: NameState): void {
    this.#lastName = lastName;
    this.#firstLines = firstLines;
  }

  /** To be called once for each file, in order. */
  name(inode: string, firstLine: Uint8Array): string {
    const line = hash('sha256', firstLine).slice(0, 8);
    const before = this.#firstLines.includes(line) ? `${this.#lastName}:` : '';
    const content = Buffer.concat([Buffer.from(`${before}${inode}:`), firstLine]);
    this.#lastName = hash('sha256', content).slice(0, 12);
    this.#firstLines = [...this.#firstLines, line].slice(-remembered);
    return this.#lastName;
  }
}
