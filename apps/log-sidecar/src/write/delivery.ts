import type { FilePlace, Position } from '../follow/follower.ts';
import { atomicBytes, type Batch, type Output } from '../transform/output.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { HttpSink } from './http-sink.ts';
import type { StandardOutput } from './standard-output.ts';

/** Half of what a pipe holds. */
const largestWrite = 32 * 1024;

/** How much must have gone through without waiting before larger writes are risked again: more than pipes and sockets hold. */
const provenBytes = 256 * 1024;

/**
 * What may be written twice. A kill can fall between a write and its checkpoint, so that the next process writes the same
 * again; how much that is depends on how much is written at once. All of it is kept here.
 */
export class Doubt {
  /** Bytes of records that are still to be marked; and whether the next one is in any case, as it may be a longer one. */
  #toMark = 0;
  #markNext = false;
  /** How much the process before may have written beyond its checkpoint; a kill meanwhile must not make this forgotten. */
  #before = 0;
  /** What it left may end in the middle of a line. */
  #torn: 'known' | 'possible' | undefined;
  /** Bytes that have gone through without waiting. */
  #passed = provenBytes;

  /** The process before this one has left its checkpoint behind. */
  resume({ inDoubt, torn = false }: Position): void {
    this.#before = inDoubt;
    if (inDoubt === 0) return;
    this.#toMark = inDoubt;
    this.#markNext = true;
    this.#torn = torn ? 'known' : 'possible';
  }

  /** Whether the output may end in the middle of a line, for the checkpoint. */
  get torn(): boolean {
    return this.#torn === 'known';
  }

  /**
   * Whether a record may have been written by the process before: at most the one write that follows the checkpoint, as
   * the checkpoint is written after every write. @param bytes its length without the mark.
   */
  mayRepeat(bytes: number): boolean {
    const may = this.#markNext || (this.#toMark > 0 && bytes <= this.#toMark);
    this.#toMark = may ? this.#toMark - bytes : 0;
    this.#markNext = false;
    return may;
  }

  /** What has been passed on so far is written. */
  settle(): void {
    if (!this.#markNext && this.#toMark <= 0) this.#before = 0;
  }

  /**
   * A line that the kill has cut off comes again, and on a separate line. One of a write that was not atomic may have
   * been, unknown to us: an empty line then stands for it.
   * @returns whether a line feed is to be written before the first batch of this process.
   */
  endsTornLine({ start, end }: Batch): boolean {
    const torn = this.#torn;
    this.#torn = undefined;
    return torn === 'known' || (torn === 'possible' && Math.max(end - start, this.#before) > atomicBytes);
  }

  /**
   * How much to write at once. The fewer writes there are, the more seldom a kill falls behind one. But only a small write
   * is atomic: a larger one that meets a full pipe is cut off somewhere in a line. So writes are large while the reader
   * keeps up, and atomic from the first time that it does not until it has caught up.
   * @param more what is written before, without waiting.
   */
  writeBytes(more = 0): number {
    return this.#passed + more >= provenBytes ? largestWrite : atomicBytes;
  }

  written(bytes: number): void {
    this.#passed += bytes;
  }

  /** The reader had to be waited for. */
  waited(): void {
    this.#passed = 0;
  }

  /** For the checkpoint: how much may be written beyond it, by this process or the one before. */
  inDoubt(bytes: number = this.writeBytes()): number {
    return Math.max(bytes, this.#before);
  }
}

export interface DeliveryParts {
  readonly checkpoint: Pick<Checkpoint, 'load' | 'prepare' | 'commit'>;
  readonly doubt: Doubt;
  readonly output: Output;
  readonly standardOutput: Pick<StandardOutput, 'tryWrite' | 'finish'>;
  readonly sink: Pick<HttpSink, 'offer'> | undefined;
}

/** Writes records to standard output, and offers them to the sink, with the checkpoint right behind every write. */
export class Delivery {
  readonly #parts: DeliveryParts;
  /** What the checkpoint says. */
  #place: FilePlace | undefined;
  #offset = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Reads the checkpoint; to be called once, first. @returns where to go on, if it says. */
  resume(): Position | undefined {
    const { checkpoint, doubt } = this.#parts;
    const position = checkpoint.load();
    if (position) doubt.resume(position);
    // From now on the checkpoint belongs to a process that has not ended by itself.
    this.#save(position?.file, position?.offset ?? 0);
    return position;
  }

  /**
   * The records that follow are of another file. Its name is saved before anything is written under it: a copy of the file
   * is given the same name then, though a kill comes right after the write.
   */
  beginFile(file: FilePlace | undefined, offset: number): void {
    if (file && this.#place?.id !== file.id) this.#save(file, offset);
  }

  /**
   * Writes all records there are.
   * @param offset up to where everything in the file is accounted for then; further on than the last record when lines
   * were left out.
   */
  async deliver(file: FilePlace | undefined, offset: number): Promise<void> {
    const { output, doubt } = this.#parts;
    output.endBatch();
    const [first] = output.batches;
    if (first && doubt.endsTornLine(first)) await this.#writeLineFeed();
    for (let index = 0; index < output.batches.length;) index = await this.#write(index, file);
    output.clear();
    doubt.settle();
    if (file && (offset !== this.#offset || file !== this.#place)) this.#save(file, offset);
  }

  /** @param complete everything that was read is written: nothing will come twice. */
  finish(complete: boolean): void {
    const { checkpoint, doubt } = this.#parts;
    const inDoubt = complete ? 0 : doubt.inDoubt(0);
    checkpoint.prepare({ file: this.#place, offset: this.#offset, inDoubt, torn: doubt.torn });
    checkpoint.commit(true);
  }

  /** Writes one batch, or several at once while the reader keeps up. @returns the index of the batch that follows. */
  async #write(index: number, file: FilePlace | undefined): Promise<number> {
    const { output, checkpoint, standardOutput, doubt } = this.#parts;
    const { batches, bytes } = output;
    const { start } = batches[index] as Batch;
    let last = index;
    while (last + 1 < batches.length && (batches[last + 1] as Batch).end - start <= doubt.writeBytes())
      last++;
    const { end, position } = batches[last] as Batch;
    const inDoubt = doubt.inDoubt(doubt.writeBytes(end - start));
    checkpoint.prepare({ file, offset: position, inDoubt });
    const reached = standardOutput.tryWrite(bytes, start, end);
    if (reached === end) {
      checkpoint.commit();
      doubt.written(end - start);
      this.#written(index, last, file);
      return last + 1;
    }
    doubt.waited();
    let cut = index;
    while ((batches[cut] as Batch).end <= reached) cut++;
    if (cut > index) this.#written(index, cut - 1, file);
    const batch = batches[cut] as Batch;
    this.#save(this.#place, this.#offset, reached > batch.start);
    await standardOutput.finish(bytes, reached, batch.end);
    this.#save(file, batch.position);
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

  async #writeLineFeed(): Promise<void> {
    const { standardOutput } = this.#parts;
    const lineFeed = Buffer.from('\n');
    if (standardOutput.tryWrite(lineFeed, 0, 1) === 0) await standardOutput.finish(lineFeed, 0, 1);
  }

  #save(file: FilePlace | undefined, offset: number, torn = this.#parts.doubt.torn): void {
    const { checkpoint, doubt } = this.#parts;
    checkpoint.prepare({ file, offset, inDoubt: doubt.inDoubt(), torn });
    checkpoint.commit();
    this.#place = file;
    this.#offset = offset;
  }
}
