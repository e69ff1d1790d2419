/**
 * Finds the rows of a CSV (RFC 4180) in bytes that come piece by piece. A quote has a meaning at the beginning of a
 * value only: `5" disk` is a value like any other.
 */
import { limits } from './limits.ts';

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Where a value is within its row's bytes. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  /** It has doubled quotes. */
  readonly escaped: boolean;
}

export type Scan =
  /** `length` bytes are a row, its line end included. */
  | {
      readonly kind: 'row';
      readonly length: number;
      /** Whether the row has a line end, which shows that it was not cut. */
      readonly ended: boolean;
      readonly lines: number;
      readonly cells: readonly Cell[];
    }
  /** What begins here cannot be a row. */
  | { readonly kind: 'damage'; readonly detail: string; readonly atEnd: boolean }
  /** More bytes are needed. */
  | { readonly kind: 'partial' };

type State = 'start' | 'plain' | 'quoted' | 'closed' | 'ending';

const partial: Scan = { kind: 'partial' };

export class CsvScanner {
  readonly #delimiter: number;
  #at = 0;
  #state: State = 'start';
  #cellStart = 0;
  #cellEnd = 0;
  #escaped = false;
  #lines = 1;
  #cells: Cell[] = [];

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Bytes looked at since the row's beginning. */
  get scanned(): number {
    return this.#at;
  }

  /** The next scan begins a row. */
  reset(): void {
    this.#at = 0;
    this.#state = 'start';
    this.#cellStart = 0;
    this.#escaped = false;
    this.#lines = 1;
    this.#cells = [];
  }

  /**
   * @param bytes from the row's beginning: those of the previous call, and perhaps more.
   * @param last whether there will be no more.
   */
  scan(bytes: Buffer, last: boolean): Scan {
    const delimiter = this.#delimiter;
    while (this.#at < bytes.length) {
      if (this.#at >= limits.record) return damage(`is longer than ${limits.record} bytes`);
      if (this.#cells.length >= limits.columns) return damage(`has more than ${limits.columns} values`);
      const byte = bytes[this.#at];
      switch (this.#state) {
        case 'start':
          this.#state = byte === quote ? 'quoted' : 'plain';
          if (byte === quote) this.#cellStart = this.#at += 1;
          continue;
        case 'plain':
          if (byte === delimiter) this.#endCell(this.#at);
          else if (byte === lineFeed) {
            const end = this.#at > 0 && bytes[this.#at - 1] === carriageReturn ? this.#at - 1 : this.#at;
            return this.#row(Math.max(end, this.#cellStart), this.#at + 1);
          }
          break;
        case 'quoted':
          if (byte === quote) {
            this.#cellEnd = this.#at;
            this.#state = 'closed';
          } else if (byte === lineFeed) this.#lines += 1;
          break;
        case 'closed':
          if (byte === quote) {
            this.#escaped = true;
            this.#state = 'quoted';
          } else if (byte === delimiter) this.#endCell(this.#cellEnd);
          else if (byte === lineFeed) return this.#row(this.#cellEnd, this.#at + 1);
          else if (byte === carriageReturn) this.#state = 'ending';
          else return damage('has something after the closing quote of a value');
          break;
        case 'ending':
          if (byte === lineFeed) return this.#row(this.#cellEnd, this.#at + 1);
          return damage('has something after the closing quote of a value');
      }
      this.#at += 1;
    }
    return last ? this.#atEnd(bytes) : partial;
  }

  #atEnd(bytes: Buffer): Scan {
    if (this.#state === 'quoted')
      return { kind: 'damage', detail: 'opens a quote that nothing closes', atEnd: true };
    const closed = this.#state === 'closed' || this.#state === 'ending';
    return this.#row(closed ? this.#cellEnd : bytes.length, bytes.length, false);
  }

  #endCell(end: number): void {
    this.#cells.push({ start: this.#cellStart, end, escaped: this.#escaped });
    this.#cellStart = this.#at + 1;
    this.#escaped = false;
    this.#state = 'start';
  }

  #row(end: number, length: number, ended = true): Scan {
    this.#endCell(end);
    return { kind: 'row', length, ended, lines: this.#lines, cells: this.#cells };
  }
}

const damage = (detail: string): Scan => ({ kind: 'damage', detail, atEnd: false });
