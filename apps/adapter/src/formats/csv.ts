import { FeedError } from '../feed/feed-error.ts';
import { isBlankLine } from './blank-line.ts';
import { ByteQueue } from './byte-queue.ts';
import { CsvScanner, type Cell, type Scan } from './csv-scanner.ts';
import { decode, type EncodingName } from './encoding.ts';
import { limits } from './limits.ts';
import type { Fault, RawRecord, RecordReader } from './record.ts';

export interface CsvOptions {
  readonly encoding: EncodingName;
  readonly delimiter: string;
  /** The columns' names; undefined where the first row says them. */
  readonly columns: readonly string[] | undefined;
  /** The last row: what its first value is, and which value (from 1) is the number of records. */
  readonly trailer: { readonly marker: string; readonly count: number } | undefined;
  /** The columns that are asked for. */
  readonly wanted: ReadonlySet<string>;
}

type Row = Extract<Scan, { kind: 'row' }>;

/** What may be read twice after broken quotes, beside as much as has come: a feed of nothing else ends here. */
const rescanAllowance = 4 * 1024 * 1024;

/**
 * Reads a CSV. A quote that is not closed would take all that follows with it: a row that cannot be one costs its first
 * line only, together with the lines after it that are no rows by themselves. They count as one bad record.
 */
export class CsvReader implements RecordReader {
  readonly #options: CsvOptions;
  readonly #emit: (record: RawRecord) => void;
  readonly #queue = new ByteQueue();
  readonly #scanner: CsvScanner;
  #columns: readonly string[] | undefined;
  #offset: number;
  #line = 1;
  #records = 0;
  /** After a row that was passed over: what is no row now belongs to it. */
  #damaged = false;
  /** In a line that is too long to be kept. */
  #skipping = false;
  #finished = false;
  #rescanned = 0;

  /** @param offset of the first byte to come, where a byte order mark was cut off. */
  constructor(options: CsvOptions, emit: (record: RawRecord) => void, offset = 0) {
    this.#options = options;
    this.#emit = emit;
    this.#offset = offset;
    this.#scanner = new CsvScanner(options.delimiter);
    if (options.columns) this.#takeColumns(options.columns);
  }

  write(bytes: Buffer): void {
    this.#queue.append(bytes);
    this.#scan(false);
  }

  end(): void {
    this.#scan(true);
    if (this.#columns === undefined)
      throw this.#error('cut', 'the feed ends before the names of its columns');
    if (this.#finished) return;
    if (this.#options.trailer)
      throw this.#error('cut', `the feed ends after ${this.#records} records, without its trailer`);
  }

  #scan(last: boolean): void {
    while (this.#queue.length > 0) {
      if (this.#skipping) {
        this.#skipLine();
        continue;
      }
      const scan = this.#scanner.scan(this.#queue.bytes, last);
      if (scan.kind === 'partial') return;
      if (scan.kind === 'damage') this.#passOver(scan);
      else {
        this.#take(scan);
        this.#line += scan.lines;
        this.#drop(scan.length);
      }
    }
  }

  #drop(count: number): void {
    this.#offset += count;
    this.#queue.drop(count);
    this.#scanner.reset();
  }

  #passOver({ detail, atEnd }: { detail: string; atEnd: boolean }): void {
    if (atEnd && this.#options.trailer === undefined)
      throw this.#error('cut', 'the feed ends within a quoted value');
    if (this.#columns === undefined || this.#finished) throw this.#error('malformed', `this row ${detail}`);
    if (!this.#damaged) this.#bad(detail);
    this.#damaged = true;
    this.#rescanned += this.#scanner.scanned;
    if (this.#rescanned > this.#offset + rescanAllowance)
      throw this.#error('refused', 'there are too many quotes that nothing closes');
    this.#skipLine();
  }

  #skipLine(): void {
    const lineEnd = this.#queue.bytes.indexOf(0x0a);
    this.#skipping = lineEnd === -1;
    if (!this.#skipping) this.#line += 1;
    this.#drop(this.#skipping ? this.#queue.length : lineEnd + 1);
  }

  #take(row: Row): void {
    const [first] = row.cells;
    if (row.cells.length === 1 && first && isBlankLine(this.#text(first).text)) return;
    if (this.#finished) throw this.#error('malformed', 'there is more after the trailer');
    if (this.#columns === undefined) return this.#takeColumns(row.cells.map((cell) => this.#text(cell).text));
    if (this.#options.trailer && first && this.#text(first).text === this.#options.trailer.marker)
      return this.#readTrailer(row, this.#options.trailer.count);
    // Half a number is a number: what may have been cut is not given.
    if (!row.ended) throw this.#error('cut', 'the feed ends within a line');
    if (row.cells.length === this.#columns.length) this.#readRecord(row, this.#columns);
    else if (!this.#damaged) this.#bad(`has ${row.cells.length} values for ${this.#columns.length} columns`);
  }

  #takeColumns(names: readonly string[]): void {
    const columns = names.map((name) => name.trim());
    const missing = [...this.#options.wanted].filter((name) => !columns.includes(name));
    if (missing.length > 0)
      throw this.#error(
        'malformed',
        `there is no column ${missing.join(', ')}; there are ${columns.join(', ').slice(0, 500)}`,
      );
    const twice = [...this.#options.wanted].find(
      (name) => columns.indexOf(name) !== columns.lastIndexOf(name),
    );
    if (twice !== undefined) throw this.#error('malformed', `there are two columns ${twice}`);
    this.#columns = columns;
  }

  #readRecord({ cells }: Row, columns: readonly string[]): void {
    const values = new Map<string, string>();
    const faults: Fault[] = [];
    for (const [index, cell] of cells.entries()) {
      const field = columns[index] ?? '';
      if (!this.#options.wanted.has(field)) continue;
      const { text, fault } = this.#text(cell);
      if (text.length > limits.field)
        faults.push({ field, detail: `has more than ${limits.field} characters` });
      else values.set(field, text);
      if (fault !== undefined) faults.push({ field, detail: fault });
    }
    this.#damaged = false;
    this.#records += 1;
    this.#emit({ line: this.#line, record: this.#records, values, faults });
  }

  #readTrailer({ cells }: Row, position: number): void {
    const cell = cells[position - 1];
    const count = cell ? this.#text(cell).text.trim() : '';
    if (!/^\d{1,15}$/.test(count)) throw this.#error('cut', 'the trailer has no number of records');
    if (Number(count) !== this.#records)
      throw this.#error('cut', `the trailer says ${Number(count)} records, ${this.#records} came`);
    this.#finished = true;
  }

  #text({ start, end, escaped }: Cell): { text: string; fault: string | undefined } {
    const { text, faults } = decode(
      this.#queue.bytes.subarray(start, end),
      this.#options.encoding,
      this.#offset + start,
    );
    return { text: escaped ? text.replaceAll('""', '"') : text, fault: faults[0]?.detail };
  }

  #bad(detail: string): void {
    this.#records += 1;
    const faults = [{ field: undefined, detail }];
    this.#emit({ line: this.#line, record: this.#records, values: new Map(), faults });
  }

  #error(reason: 'cut' | 'malformed' | 'refused', detail: string): FeedError {
    return new FeedError(reason, detail, { line: this.#line });
  }
}
