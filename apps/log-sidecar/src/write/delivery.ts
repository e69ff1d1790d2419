import type { FilePlace, Position } from '../follow/follower.ts';
import { atomicBytes, type Batch, type Output } from '../transform/output.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { HttpSink } from './http-sink.ts';
import type { StandardOutput } from './standard-output.ts';

/** Half of a pipe's capacity. */
const largestWrite = 32 * 1024;

/** How much must pass without waiting before larger writes are tried again: more than pipes and sockets hold. */
const provenBytes = 256 * 1024;

/**
 * What may be written twice. If a kill comes between a write and its checkpoint, the next process writes the same
 * again. How much that is depends on the size of one write; this class decides the size.
 */
export class Doubt {
  /**
   * Bytes of records that still have to be marked; and whether the next record is marked in any case, because it may be
   * longer.
   */
  #toMark = 0;
  #markNext = false;
  /** What the previous process may have written beyond its checkpoint. A kill of this process must not lose it. */
  #before = 0;
  /** Whether the output of the previous process may end in the middle of a line. */
  #torn: 'known' | 'possible' | undefined;
  /** Bytes that have passed without waiting. */
  #passed = provenBytes;

  /** Continues from the checkpoint of the previous process. */
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
   * Whether the previous process may have written a record: at most the one write after its checkpoint, because the
   * checkpoint is written after every write. @param bytes its length without the mark.
   */
  mayRepeat(bytes: number): boolean {
    const may = this.#markNext || (this.#toMark > 0 && bytes <= this.#toMark);
    this.#toMark = may ? this.#toMark - bytes : 0;
    this.#markNext = false;
    return may;
  }

  /** Everything passed on so far is written. */
  settle(): void {
    if (!this.#markNext && this.#toMark <= 0) this.#before = 0;
  }

  /**
   * A line that a kill has cut off is written again, on a new line. A write that was not atomic may have been cut off
   * without our knowledge: then an empty line is possible.
   * @returns whether a line feed has to be written before the first batch of this process.
   */
  endsTornLine({ start, end }: Batch): boolean {
    const torn = this.#torn;
    this.#torn = undefined;
    return torn === 'known' || (torn === 'possible' && Math.max(end - start, this.#before) > atomicBytes);
  }

  /**
   * How much to write at once. Fewer writes mean that a kill less often comes right after one. But only a small write
   * is atomic: a larger one that meets a full pipe is cut in the middle of a line. So writes are large while the reader
   * keeps up, and atomic from the first time that it does not, until it has caught up.
   * @param more what is written before, without waiting.
   */
  writeBytes(more = 0): number {
    return this.#passed + more >= provenBytes ? largestWrite : atomicBytes;
  }

  written(bytes: number): void {
    this.#passed += bytes;
  }

  /** The reader was too slow for a write. */
  waited(): void {
    this.#passed = 0;
  }

  /** For the checkpoint: how much this process, or the previous one, may have written beyond it. */
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

/** Writes records to standard output and offers them to the sink, with the checkpoint right after every write. */
export class Delivery {
  readonly #parts: DeliveryParts;
  /** The place that the checkpoint has. */
  #place: FilePlace | undefined;
  #offset = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Reads the checkpoint. Call it once, first. @returns where to continue, if it is known. */
  resume(): Position | undefined {
    const { checkpoint, doubt } = this.#parts;
    const position = checkpoint.load();
    if (position) doubt.resume(position);
    // From now on the checkpoint belongs to a process that has not ended by itself.
    this.#save(position?.file, position?.offset ?? 0);
    return position;
  }

  /**
   * The following records are of another file. Its name is saved before anything is written under it: so a copy of the
   * file gets the same name, even if a kill comes right after the write.
   */
  beginFile(file: FilePlace | undefined, offset: number): void {
    if (file && this.#place?.id !== file.id) this.#save(file, offset);
  }

  /**
   * Writes all records that there are.
   * @param offset up to where everything in the file is then accounted for; this is beyond the last record when lines
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

  /** @param complete everything that was read is written: nothing will be repeated. */
  finish(complete: boolean): void {
    const { checkpoint, doubt } = this.#parts;
    const inDoubt = complete ? 0 : doubt.inDoubt(0);
    checkpoint.prepare({ file: this.#place, offset: this.#offset, inDoubt, torn: doubt.torn });
    checkpoint.commit(true);
  }

  /** Writes one batch, or several at once while the reader keeps up. @returns the index of the next batch. */
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
