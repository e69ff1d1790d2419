import { decode, type EncodingName } from './encoding.ts';

/** Columns count from 1, in bytes or in characters. */
export interface Span {
  readonly start: number;
  readonly width: number;
}

export interface ColumnText {
  readonly text: string;
  /** What is wrong with its bytes. */
  readonly fault?: string | undefined;
}

/** A line that is read by columns. */
export interface FixedColumns {
  readonly length: number;
  read(span: Span): ColumnText;
}

/** Each column is decoded by itself: a character cut in two damages its own column only. */
export class ByteColumns implements FixedColumns {
  readonly #bytes: Buffer;
  readonly #encoding: EncodingName;
  readonly #offset: number;

  constructor(bytes: Buffer, encoding: EncodingName, offset: number) {
    this.#bytes = bytes;
    this.#encoding = encoding;
    this.#offset = offset;
  }

  get length(): number {
    return this.#bytes.length;
  }

  read({ start, width }: Span): ColumnText {
    const column = this.#bytes.subarray(start - 1, start - 1 + width);
    const { text, faults } = decode(column, this.#encoding, this.#offset + start - 1);
    return { text, fault: faults[0]?.detail };
  }
}

/** Characters are counted as code points. */
export class CharacterColumns implements FixedColumns {
  readonly #characters: readonly string[];
  /** By the character that stands for the bad bytes. */
  readonly #faults: ReadonlyMap<number, string>;

  constructor(bytes: Buffer, encoding: EncodingName, offset: number) {
    const { text, faults } = decode(bytes, encoding, offset);
    this.#characters = Array.from(text);
    this.#faults = new Map(
      faults.map(({ index, detail }) => [Array.from(text.slice(0, index)).length, detail]),
    );
  }

  get length(): number {
    return this.#characters.length;
  }

  read({ start, width }: Span): ColumnText {
    const end = start - 1 + width;
    const text = this.#characters.slice(start - 1, end).join('');
    const fault = [...this.#faults].find(([index]) => index >= start - 1 && index < end);
    return { text, fault: fault?.[1] };
  }
}
