import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { FilePlace, Position } from '../follow/follower.ts';
import type { FailureLog } from '../metrics.ts';

const slotBytes = 2048;
const checksumDigits = 8;
const checksumAt = slotBytes - checksumDigits - 1;

/**
 * Where reading continues after a restart. Two slots of a file that stays open are written in turn, each with a running
 * number and a checksum. Each is one `pwrite` of half a page, which a kill cannot split; if a crash of the machine
 * does, the other slot is still whole. Nothing is synced to the disk: the kernel keeps what a killed process has
 * written, and a machine that crashes loses lines of the app as well.
 */
export class Checkpoint {
  readonly #path: string;
  readonly #failures: FailureLog;
  readonly #now: () => number;
  readonly #slot = Buffer.alloc(slotBytes);
  #fd: number | undefined;
  #number = 0;
  #retryAt = 0;
  #file: FilePlace | undefined;
  #fileText = 'null';
  #savedAt: number;
  #behind = false;

  constructor(path: string, failures: FailureLog, now: () => number) {
    this.#path = path;
    this.#failures = failures;
    this.#now = now;
    this.#savedAt = now();
  }

  /** For how many milliseconds the disk has not had the latest position. */
  get age(): number {
    return this.#behind ? this.#now() - this.#savedAt : 0;
  }

  /** @returns undefined when there is no usable one; this is logged, unless there has never been one. */
  load(): Position | undefined {
    try {
      const bytes = Buffer.alloc(2 * slotBytes);
      const count = readSync(this.#open(), bytes, 0, bytes.length, 0);
      const slots = [0, slotBytes].flatMap((start) => decode(bytes.subarray(start, start + slotBytes)));
      const latest = slots.sort((a, b) => b.number - a.number)[0];
      if (!latest && count > 0)
        this.#failures.failed('EBADMSG', 'the checkpoint is damaged: reading starts over');
      this.#number = latest?.number ?? 0;
      return latest?.position;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Prepares what `commit` writes, so that little time passes between writing lines and writing their position. */
  prepare({ file, offset, inDoubt, torn = false }: Position): void {
    if (file !== this.#file) {
      this.#file = file;
      this.#fileText = JSON.stringify(file ?? null);
    }
    const slot = this.#slot.fill(32);
    slot.write(
      `{"n":${this.#number + 1},"offset":${offset},"inDoubt":${inDoubt},"torn":${torn},"file":${this.#fileText}}`,
    );
    slot.write(checksumOf(slot), checksumAt);
    slot[slotBytes - 1] = 10;
  }

  /** Never throws. After a failure nothing is tried for a second, unless `urgent`. */
  commit(urgent = false): void {
    this.#behind = true;
    if (this.#retryAt > 0 && !urgent && this.#now() < this.#retryAt) return;
    try {
      const at = (++this.#number % 2) * slotBytes;
      const count = writeSync(this.#open(), this.#slot, 0, slotBytes, at);
      if (count < slotBytes) throw Object.assign(new Error('written in part'), { code: 'ENOSPC' });
    } catch (error) {
      return this.#failed(error);
    }
    this.#behind = false;
    this.#savedAt = this.#now();
    this.#retryAt = 0;
    this.#failures.recovered('the checkpoint can be written again');
  }

  close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    closeSync(fd);
  }

  #open(): number {
    this.#fd ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o640);
    return this.#fd;
  }

  #failed(error: unknown): void {
    this.#retryAt = this.#now() + 1000;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    this.#failures.failed(code, 'the checkpoint cannot be used: after a restart lines will come twice');
  }
}

const checksumOf = (slot: Buffer): string =>
  crc32(slot.subarray(0, checksumAt)).toString(16).padStart(checksumDigits, '0');

function decode(slot: Buffer): { number: number; position: Position }[] {
  if (slot.toString('latin1', checksumAt, slotBytes - 1) !== checksumOf(slot)) return [];
  const { n, file, ...rest } = JSON.parse(slot.toString('latin1', 0, checksumAt)) as Stored;
  return [{ number: n, position: { file: file ?? undefined, ...rest } }];
}

interface Stored extends Omit<Position, 'file'> {
  readonly n: number;
  readonly file: FilePlace | null;
}
