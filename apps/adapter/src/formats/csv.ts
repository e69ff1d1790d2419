import { FeedError } from './feed-error.ts';
import { isBlankLine } from './blank-line.ts';
import { ByteQueue } from './byte-queue.ts';
import { CsvScanner, type Cell, type Scan } from './csv-scanner.ts';
import { decode, type EncodingName } from './encoding.ts';
import { limits } from './limits.ts';
import { readingsOf } from './open-quote.ts';
import type { Fault, RawRecord, RecordReader } from './record.ts';

export interface CsvOptions {
  readonly encoding: EncodingName;
  readonly delimiter: string;
  /** The columns' names; undefined where the first row has them. */
  readonly columns: readonly string[] | undefined;
  /** The last row: what its first value is, and which value (from 1) is the number of records. */
  readonly trailer: { readonly marker: string; readonly count: number } | undefined;
  /** The requested columns. */
  readonly wanted: ReadonlySet<string>;
  /** Whether a record is valid. Without it, every row with the right number of values is trusted. */
  readonly isGood?: ((record: RawRecord) => boolean) | undefined;
}

type Row = Extract<Scan, { kind: 'row' }>;
interface CellText {
  readonly text: string;
  /** What is wrong with its bytes. */
  readonly fault: string | undefined;
}

/** Bytes that may be read twice after broken quotes, beyond as many as have come. A feed that needs more is refused. */
const rescanAllowance = 4 * 1024 * 1024;

/**
 * Reads a CSV. A quote that is not closed swallows the rows that follow, up to the next quote. If the result cannot be
 * a row, only its first line is dropped, with the lines after it that are not rows by themselves; together they count
 * as one bad record. So does a row that is valid by RFC 4180 but can also be read as two good rows: with the key of the
 * first and the price of the last it would be a product that the supplier does not sell.
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
  /** After a row that was passed over: what is not a row now belongs to it. */
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
      const damage = scan.kind === 'row' ? this.#damageOf(scan) : undefined;
      if (scan.kind === 'damage') this.#passOver(scan);
      else if (damage !== undefined) this.#passOver({ detail: damage, atEnd: false });
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
    if (this.#isBlank(row)) return;
    if (this.#finished) throw this.#error('malformed', 'there is more after the trailer');
    if (this.#columns === undefined) return this.#takeHeader(row);
    if (this.#options.trailer && first && this.#text(first).text === this.#options.trailer.marker)
      return this.#readTrailer(row, this.#options.trailer.count);
    // The last value may be cut, and half a number is still a number, so this row is not used.
    if (!row.ended) throw this.#error('cut', 'the feed ends within a line');
    if (row.cells.length === this.#columns.length) this.#readRecord(row, this.#columns);
    else if (!this.#damaged) this.#bad(this.#wrongCount(row, this.#columns));
  }

  /** Why a row of several lines must be several rows, of which the first has a quote that it does not close. */
  #damageOf(row: Row): string | undefined {
    if (row.lines === 1 || !this.#columns || this.#finished || this.#isBlank(row)) return undefined;
    if (row.cells.length !== this.#columns.length) return this.#wrongCount(row, this.#columns);
    const { isGood } = this.#options;
    if (!isGood) return undefined;
    const columns = this.#columns;
    const texts = row.cells.map((cell) => this.#text(cell).text);
    const isRecord = (values: readonly string[]): boolean =>
      isGood(
        this.#record(
          columns,
          values.map((text) => ({ text, fault: undefined })),
        ),
      );
    const several = readingsOf(texts, this.#options.delimiter).some(
      ({ first, last }) => isRecord(last) && (this.#damaged || isRecord(first)),
    );
    // After damage a row may begin anywhere, so only a row that makes a good record is trusted.
    return several || (this.#damaged && !isRecord(texts)) ? 'opens a quote that nothing closes' : undefined;
  }

  #isBlank({ cells }: Row): boolean {
    const [first] = cells;
    return cells.length === 1 && first !== undefined && isBlankLine(this.#text(first).text);
  }

  #wrongCount = ({ cells }: Row, columns: readonly string[]): string =>
    `has ${cells.length} values for ${columns.length} columns`;

  #takeHeader(row: Row): void {
    const names = row.cells.map((cell) => this.#text(cell).text);
    if (names.length > 1 && readingsOf(names, this.#options.delimiter).length > 0)
      throw this.#error('malformed', 'the names of the columns open a quote that nothing closes');
    this.#takeColumns(names);
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
    this.#damaged = false;
    this.#records += 1;
    this.#emit(
      this.#record(
        columns,
        cells.map((cell) => this.#text(cell)),
      ),
    );
  }

  #record(columns: readonly string[], texts: readonly CellText[]): RawRecord {
    const values = new Map<string, string>();
    const faults: Fault[] = [];
    for (const [index, { text, fault }] of texts.entries()) {
      const field = columns[index] ?? '';
      if (!this.#options.wanted.has(field)) continue;
      if (text.length > limits.field)
        faults.push({ field, detail: `has more than ${limits.field} characters` });
      else values.set(field, text);
      if (fault !== undefined) faults.push({ field, detail: fault });
    }
    return { line: this.#line, record: this.#records, values, faults };
  }

  #readTrailer({ cells }: Row, position: number): void {
    const cell = cells[position - 1];
    const count = cell ? this.#text(cell).text.trim() : '';
    if (!/^\d{1,15}$/.test(count)) throw this.#error('cut', 'the trailer has no number of records');
    if (Number(count) !== this.#records)
      throw this.#error('cut', `the trailer says ${Number(count)} records, ${this.#records} came`);
    this.#finished = true;
  }

  #text({ start, end, escaped }: Cell): CellText {
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
