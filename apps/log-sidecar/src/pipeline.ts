import { isUtf8 } from 'node:buffer';
import type { Follower } from './follow/follower.ts';
import type { Output } from './transform/output.ts';
import type { Transformer } from './transform/transformer.ts';
import type { Delivery } from './write/delivery.ts';

export interface PipelineParts {
  readonly follower: Follower;
  readonly transformer: Transformer;
  readonly output: Output;
  readonly delivery: Delivery;
}

/** Lines from the file to the output, one chunk at a time: follow, transform, write. */
export class Pipeline {
  readonly #parts: PipelineParts;
  #begunFile: unknown;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Goes on where the process before this one stopped; to be called once, first. */
  resume(): void {
    const position = this.#parts.delivery.resume();
    if (position) this.#parts.follower.resume(position);
  }

  /** One chunk. @returns whether there may be more at once. @throws the system's errors; it can be called again. */
  async turn(): Promise<boolean> {
    const { follower, transformer } = this.#parts;
    if (!follower.file && !follower.open()) return false;
    const result = follower.read();
    if (result === 'ended') {
      await this.#passRest();
      return follower.next();
    }
    if (result === 'data') await this.#passLines();
    if (transformer.groupDue) {
      transformer.endGroup();
      await this.#deliver();
    }
    return result === 'data';
  }

  /**
   * @param atEnd everything has been read: a group of lines that waits for more is passed on. The half of a line is not:
   * the next process reads the line as a whole, which alone can be redacted.
   */
  async finish(atEnd: boolean): Promise<void> {
    const { transformer, delivery } = this.#parts;
    if (atEnd) {
      transformer.endGroup();
      await this.#deliver();
    }
    delivery.finish(atEnd);
  }

  async #passLines(): Promise<void> {
    const { follower, transformer, output } = this.#parts;
    const { reader } = follower;
    const [from, to] = reader.lines;
    const knownUtf8 = to > from && isUtf8(reader.bytes.subarray(from, to));
    while (reader.next()) {
      this.#beginFile();
      transformer.pass(reader, knownUtf8 && reader.end <= to);
      if (output.full) await this.#deliver();
    }
    await this.#deliver();
  }

  async #passRest(): Promise<void> {
    const { follower, transformer } = this.#parts;
    if (follower.reader.last()) {
      this.#beginFile();
      transformer.pass(follower.reader, false);
    }
    transformer.endGroup();
    await this.#deliver();
  }

  /** Not before its first line is there, which its name is made of. */
  #beginFile(): void {
    const { follower, transformer, delivery } = this.#parts;
    if (this.#begunFile === follower.file) return;
    this.#begunFile = follower.file;
    transformer.beginFile(follower.fileId);
    delivery.beginFile(follower.place, follower.reader.offset);
  }

  #deliver(): Promise<void> {
    const { follower, transformer, delivery } = this.#parts;
    return delivery.deliver(follower.place, transformer.waitingFrom ?? follower.reader.lineOffset);
  }
}
