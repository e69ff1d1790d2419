import { isUtf8 } from 'node:buffer';
import type { Checkpoint, FilePlace, Position } from './follow/checkpoint.ts';
import type { Follower } from './follow/follower.ts';
import { atomicBytes, type Batch, type Output } from './sinks/output.ts';
import type { HttpSink } from './sinks/http/http-sink.ts';
import type { StandardOutput } from './sinks/standard-output.ts';
import { WriteSize } from './sinks/write-size.ts';
import type { Redelivery } from './transform/redelivery.ts';
import type { Transformer } from './transform/transformer.ts';

export interface PipelineParts {
  readonly follower: Follower;
  readonly checkpoint: Pick<Checkpoint, 'load' | 'prepare' | 'commit'>;
  readonly transformer: Transformer;
  readonly redelivery: Redelivery;
  readonly output: Output;
  readonly standardOutput: Pick<StandardOutput, 'tryWrite' | 'finish'>;
  readonly sink: Pick<HttpSink, 'offer'> | undefined;
}

/** Lines from the file to the output, one chunk at a time, with the checkpoint right behind every write. */
export class Pipeline {
  readonly #parts: PipelineParts;
  #begunFile: unknown;
  readonly #writeSize = new WriteSize();
  /** What the checkpoint says. */
  #place: FilePlace | undefined;
  #offset = 0;
  /** How the process before this one ended, until something has been written. */
  #before: Position | undefined;
  /** How much that process may have written beyond its checkpoint; a kill meanwhile must not make this forgotten. */
  #doubtBefore = 0;

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
      this.#before = position;
      this.#doubtBefore = position.inDoubt;
      if (position.inDoubt > 0) redelivery.begin(position.inDoubt);
    }
    // From now on the checkpoint tells of a process that has not ended by itself.
    const inDoubt = this.#writeSize.bytes;
    this.#save({ file: this.#place, offset: this.#offset, inDoubt, torn: position?.torn ?? false });
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
    const { checkpoint, transformer } = this.#parts;
    if (atEnd) {
      transformer.endGroup();
      await this.#deliver();
    }
    checkpoint.prepare({ file: this.#place, offset: this.#offset, inDoubt: atEnd ? 0 : this.#doubtBefore });
    checkpoint.commit(true);
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

  /**
   * Not before its first line is there, which its name is made of. The name is saved before anything is written under it: a
   * copy of the file is given the same name then, though a kill comes right after the write.
   */
  #beginFile(): void {
    const { follower, transformer } = this.#parts;
    if (this.#begunFile === follower.file || !follower.file) return;
    this.#begunFile = follower.file;
    const id = follower.fileId;
    transformer.beginFile(id);
    if (this.#place?.id === id) return;
    const torn = this.#before?.torn ?? false;
    this.#save({
      file: follower.place,
      offset: follower.reader.offset,
      inDoubt: this.#writeSize.bytes,
      torn,
    });
  }

  async #deliver(): Promise<void> {
    const { output, follower, transformer, redelivery } = this.#parts;
    const file = follower.place;
    output.endBatch();
    if (this.#before && output.batches.length > 0) await this.#endTornLine(output.batches[0]);
    for (let index = 0; index < output.batches.length;) index = await this.#write(index, file);
    output.clear();
    if (!redelivery.active) this.#doubtBefore = 0;
    // Further on when lines were left out. A file of which nothing has been passed yet proves nothing.
    const offset = transformer.waitingFrom ?? follower.reader.lineOffset;
    if (file && (offset !== this.#offset || file !== this.#place))
      this.#save({ file, offset, inDoubt: this.#writeSize.bytes });
  }

  /** Writes one batch, or several at once while the reader keeps up. @returns the index of the batch that follows. */
  async #write(index: number, file: FilePlace | undefined): Promise<number> {
    const { output, checkpoint, standardOutput } = this.#parts;
    const { batches, bytes } = output;
    const { start } = batches[index] as Batch;
    let last = index;
    while (last + 1 < batches.length && (batches[last + 1] as Batch).end - start <= this.#writeSize.bytes)
      last++;
    const { end, position } = batches[last] as Batch;
    checkpoint.prepare({
      file,
      offset: position,
      inDoubt: this.#inDoubt(this.#writeSize.after(end - start)),
    });
    const reached = standardOutput.tryWrite(bytes, start, end);
    if (reached === end) {
      checkpoint.commit();
      this.#writeSize.written(end - start);
      this.#written(index, last, file);
      return last + 1;
    }
    this.#writeSize.waited();
    let cut = index;
    while ((batches[cut] as Batch).end <= reached) cut++;
    if (cut > index) this.#written(index, cut - 1, file);
    const batch = batches[cut] as Batch;
    const torn = reached > batch.start;
    this.#save({ file: this.#place, offset: this.#offset, inDoubt: atomicBytes, torn });
    await standardOutput.finish(bytes, reached, batch.end);
    this.#save({ file, offset: batch.position, inDoubt: atomicBytes });
    this.#written(cut, cut, file);
    return cut + 1;
  }

  #written(first: number, last: number, file: FilePlace | undefined): void {
    const { output, sink } = this.#parts;
    this.#place = file;
    this.#offset = (output.batches[last] as Batch).position;
    if (!sink) return;
    for (const { start, end, lines } of output.batches.slice(first, last + 1))
      sink.offer(output.bytes, start, end, lines);
  }

  /**
   * A line that the kill has cut off comes again, and on a line of its own. One of a write that was not atomic may have
   * been, unknown to us: an empty line then stands for it.
   */
  async #endTornLine(first: Batch | undefined): Promise<void> {
    const { inDoubt = 0, torn } = this.#before ?? {};
    this.#before = undefined;
    const long = first !== undefined && first.end - first.start > atomicBytes;
    if (inDoubt === 0 || !(torn || long || inDoubt > atomicBytes)) return;
    const lineFeed = Buffer.from('\n');
    if (this.#parts.standardOutput.tryWrite(lineFeed, 0, 1) === 0)
      await this.#parts.standardOutput.finish(lineFeed, 0, 1);
  }

  #inDoubt(bytes: number): number {
    return Math.max(bytes, this.#doubtBefore);
  }

  #save(position: Position): void {
    this.#parts.checkpoint.prepare({ ...position, inDoubt: this.#inDoubt(position.inDoubt) });
    this.#parts.checkpoint.commit();
    this.#place = position.file;
    this.#offset = position.offset;
  }
}
