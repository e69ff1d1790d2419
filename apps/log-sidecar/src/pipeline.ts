import { isUtf8 } from 'node:buffer';
import type { Checkpoint, FilePlace } from './follow/checkpoint.ts';
import type { Follower } from './follow/follower.ts';
import { atomicBytes, type Output } from './sinks/output.ts';
import type { HttpSink } from './sinks/http/http-sink.ts';
import type { StandardOutput } from './sinks/standard-output.ts';
import type { Redelivery } from './transform/redelivery.ts';
import type { Transformer } from './transform/transformer.ts';

export interface PipelineParts {
  readonly follower: Follower;
  readonly checkpoint: Pick<Checkpoint, 'load' | 'prepare' | 'commit'>;
  readonly transformer: Transformer;
  readonly redelivery: Redelivery;
  readonly output: Output;
  readonly standardOutput: Pick<StandardOutput, 'write'>;
  readonly sink: Pick<HttpSink, 'offer'> | undefined;
}

/** Lines from the file to the output, one chunk at a time, with the checkpoint right behind every write. */
export class Pipeline {
  readonly #parts: PipelineParts;
  #begunFile: unknown;
  /** What the checkpoint says. */
  #place: FilePlace | undefined;
  #offset = 0;
  /** The process before this one was killed, and nothing has been written since. */
  #afterKill = false;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** Reads the checkpoint; to be called once, first. */
  resume(): void {
    const { checkpoint, follower, redelivery } = this.#parts;
    const position = checkpoint.load();
    if (position) {
      follower.resume(position);
      this.#place = position.file;
      this.#offset = position.offset;
      this.#afterKill = !position.clean;
      if (this.#afterKill) redelivery.begin();
    }
    // From now on the checkpoint tells of a process that has not ended by itself.
    this.#save(this.#place, this.#offset);
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

  /** @param atEnd everything has been read: what waits for more to come is passed on, as there will be no more. */
  async finish(atEnd: boolean): Promise<void> {
    if (atEnd && this.#parts.follower.file) await this.#passRest();
    const { checkpoint } = this.#parts;
    checkpoint.prepare(this.#place, this.#offset, true);
    checkpoint.commit(true);
  }

  async #passLines(): Promise<void> {
    const { follower, transformer, output } = this.#parts;
    const { reader } = follower;
    const [from, to] = reader.lines;
    if (to <= from) return;
    const knownUtf8 = isUtf8(reader.bytes.subarray(from, to));
    this.#beginFile();
    while (reader.next()) {
      transformer.pass(reader, knownUtf8);
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
    const { follower, transformer } = this.#parts;
    if (this.#begunFile === follower.file || !follower.file) return;
    this.#begunFile = follower.file;
    transformer.beginFile(follower.file.id);
  }

  async #deliver(): Promise<void> {
    const { output, checkpoint, follower, transformer, standardOutput, sink } = this.#parts;
    const place = follower.file?.place;
    output.endBatch();
    for (const { start, end, lines, position } of output.batches) {
      if (this.#afterKill) await this.#endTornLine(end - start);
      checkpoint.prepare(place, position);
      const written = standardOutput.write(output.bytes, start, end);
      if (written) await written;
      checkpoint.commit();
      this.#place = place;
      this.#offset = position;
      sink?.offer(output.bytes, start, end, lines);
    }
    output.clear();
    // Further on when lines were left out. A file of which nothing has been passed yet proves nothing.
    const position = transformer.waitingFrom ?? follower.reader.lineOffset;
    if (position > 0 && (position !== this.#offset || place !== this.#place)) this.#save(place, position);
  }

  /** A line longer than a pipe takes at once may have been cut off by the kill; it comes again, on a line of its own. */
  async #endTornLine(bytes: number): Promise<void> {
    this.#afterKill = false;
    if (bytes > atomicBytes) await this.#parts.standardOutput.write(Buffer.from('\n'), 0, 1);
  }

  #save(place: FilePlace | undefined, offset: number): void {
    this.#parts.checkpoint.prepare(place, offset);
    this.#parts.checkpoint.commit();
    this.#place = place;
    this.#offset = offset;
  }
}
