/** Files of records with fixed columns, as mainframes write them: a header, details, a trailer with their number. */
import { FeedError } from './feed-error.ts';
import { isBlankLine } from './blank-line.ts';
import type { EncodingName } from './encoding.ts';
import { ByteColumns, CharacterColumns, type FixedColumns, type Span } from './fixed-columns.ts';
import { LineSplitter } from './line-splitter.ts';
import { limits } from './limits.ts';
import type { Fault, RawRecord, RecordReader } from './record.ts';

export interface FixedWidthOptions {
  readonly encoding: EncodingName;
  /** What widths count. A Korean syllable is one character and two bytes of EUC-KR. */
  readonly unit: 'bytes' | 'characters';
  /** Of every line, without its end. */
  readonly length: number;
  /** The columns that hold a line's type. */
  readonly type: Span;
  /** The types. The header is optional. The trailer is not: without it, a feed that was cut would look complete. */
  readonly types: {
    readonly header?: string | undefined;
    readonly detail: string;
    readonly trailer: string;
  };
  /** In the trailer: how many details there are. */
  readonly count: Span;
  /** The requested ones, by name. */
  readonly columns: ReadonlyMap<string, Span>;
}

export class FixedWidthReader implements RecordReader {
  readonly #options: FixedWidthOptions;
  readonly #emit: (record: RawRecord) => void;
  readonly #lines: LineSplitter;
  #line = 0;
  #records = 0;
  #phase: 'header' | 'details' | 'done';

  /** @param offset of the first byte to come, where a byte order mark was cut off. */
  constructor(options: FixedWidthOptions, emit: (record: RawRecord) => void, offset = 0) {
    this.#options = options;
    this.#emit = emit;
    this.#phase = options.types.header === undefined ? 'details' : 'header';
    this.#lines = new LineSplitter((line, lineOffset) => this.#read(line, lineOffset), offset);
  }

  write(bytes: Buffer): void {
    this.#lines.write(bytes);
  }

  end(): void {
    this.#lines.end();
    if (this.#phase !== 'done')
      throw this.#error('cut', `the feed ends after ${this.#records} records, without its trailer`);
  }

  #read(bytes: Buffer | undefined, offset: number): void {
    this.#line += 1;
    const { unit, encoding, type, types, length } = this.#options;
    if (bytes === undefined) {
      if (this.#phase === 'details')
        return this.#give([this.#whole(`is longer than ${limits.record} bytes`)]);
      throw this.#error('malformed', `this line is longer than ${limits.record} bytes`);
    }
    if (this.#phase === 'done') {
      if (isBlankLine(bytes.toString('latin1'))) return;
      throw this.#error('malformed', 'there is more after the trailer');
    }
    const Columns = unit === 'bytes' ? ByteColumns : CharacterColumns;
    const columns = new Columns(bytes, encoding, offset);
    const kind = columns.read(type).text;
    if (this.#phase === 'header') {
      if (kind !== types.header)
        throw this.#error('malformed', `the first line is not a header: ${quote(kind)}`);
      this.#phase = 'details';
    } else if (kind === types.trailer) this.#readTrailer(columns);
    else if (columns.length !== length)
      this.#give([this.#whole(`has ${columns.length} ${unit} instead of ${length}`)]);
    else if (kind !== types.detail) this.#give([this.#whole(`is of the unknown type ${quote(kind)}`)]);
    else this.#readDetail(columns);
  }

  #readDetail(columns: FixedColumns): void {
    const values = new Map<string, string>();
    const faults: Fault[] = [];
    for (const [field, span] of this.#options.columns) {
      const { text, fault } = columns.read(span);
      values.set(field, text);
      if (fault !== undefined) faults.push({ field, detail: fault });
    }
    this.#give(faults, values);
  }

  #readTrailer(columns: FixedColumns): void {
    const { length, unit, count } = this.#options;
    if (columns.length !== length)
      throw this.#error('cut', `the trailer has ${columns.length} ${unit} instead of ${length}`);
    const text = columns.read(count).text.trim();
    if (!/^\d{1,15}$/.test(text)) throw this.#error('malformed', 'the trailer has no number of records');
    if (Number(text) !== this.#records)
      throw this.#error('cut', `the trailer says ${Number(text)} records, ${this.#records} came`);
    this.#phase = 'done';
  }

  #give(faults: readonly Fault[], values: ReadonlyMap<string, string> = new Map()): void {
    this.#records += 1;
    this.#emit({ line: this.#line, record: this.#records, values, faults });
  }

  #whole(detail: string): Fault {
    return { field: undefined, detail };
  }

  #error(reason: 'cut' | 'malformed', detail: string): FeedError {
    return new FeedError(reason, detail, { line: this.#line });
  }
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 20));
