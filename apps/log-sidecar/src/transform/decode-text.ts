/**
 * Decoded text, and the origin of each of its characters. Encoded quotes keep the backslashes before them, whose number
 * shows how deeply they are nested.
 */
export interface DecodedText {
  readonly text: string;
  /** Where the character at an index begins in the original; for the index `text.length`, the original's length. */
  readonly start: (index: number) => number;
  /** How the character at an index was encoded: 0 for not at all; equal numbers mean equal encodings. */
  readonly form: (index: number) => number;
}

const percent = 37;
const ampersand = 38;
const semicolon = 59;
const backslash = 92;
const space = 32;

/**
 * Levels of encodings inside one another: `%2522`, `&amp;quot;`. Deeper ones stay as they are, so that the time is
 * linear.
 */
const maxLevels = 4;
const longestEntity = 12;

/** HTML's names for the characters that matter between a name and its value. */
const entities: Readonly<Record<string, number>> = {
  amp: ampersand,
  quot: 0x22,
  apos: 0x27,
  grave: 0x60,
  acute: 0xb4,
  ldquo: 0x201c,
  rdquo: 0x201d,
  bdquo: 0x201e,
  lsquo: 0x2018,
  rsquo: 0x2019,
  sbquo: 0x201a,
  laquo: 0xab,
  raquo: 0xbb,
  lsaquo: 0x2039,
  rsaquo: 0x203a,
  prime: 0x2032,
  colon: 0x3a,
  equals: 0x3d,
  comma: 0x2c,
  semi: semicolon,
  gt: 0x3e,
  lt: 0x3c,
  nbsp: space,
  tab: space,
  newline: space,
  lsqb: 0x5b,
  rsqb: 0x5d,
  lbrace: 0x7b,
  lcub: 0x7b,
  rbrace: 0x7d,
  rcub: 0x7d,
  bsol: backslash,
  percnt: percent,
  lowbar: 0x5f,
};

const encoded = /[%&\\]/;

/**
 * Decodes percent-encoding (RFC 3986), HTML's character references and the numeric escapes of JSON and JavaScript, also
 * inside one another. Control characters become spaces. Takes linear time.
 * @param isQuote whether a character is kept after its backslashes.
 */
export function decodeText(original: string, isQuote: (code: number) => boolean): DecodedText {
  if (!encoded.test(original)) return { text: original, start: (index) => index, form: () => 0 };
  const decoder = new Decoder(original, isQuote);
  for (let level = 0; level < maxLevels && decoder.pass(); level++);
  const { codes, starts, forms, length } = decoder;
  return {
    text: Buffer.from(codes.buffer, 0, 2 * length).toString('utf16le'),
    start: (index) => (index < length ? (starts[index] as number) : original.length),
    form: (index) => forms[index] as number,
  };
}

/** Decodes in place; each pass leaves fewer characters. */
class Decoder {
  readonly codes: Uint16Array<ArrayBuffer>;
  readonly starts: Uint32Array;
  readonly forms: Uint8Array;
  length: number;
  readonly #isQuote: (code: number) => boolean;
  #at = 0;
  #written = 0;

  constructor(text: string, isQuote: (code: number) => boolean) {
    this.#isQuote = isQuote;
    this.length = text.length;
    this.codes = new Uint16Array(text.length);
    this.starts = new Uint32Array(text.length);
    this.forms = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) {
      this.codes[index] = text.charCodeAt(index);
      this.starts[index] = index;
    }
  }

  /** Removes the outermost encodings. @returns whether there were any. */
  pass(): boolean {
    this.#at = this.#written = 0;
    let changed = false;
    while (this.#at < this.length) {
      const code = this.codes[this.#at];
      if (code === percent && this.#percent()) changed = true;
      else if (code === ampersand && this.#entity()) changed = true;
      else if (code === backslash) changed = this.#backslashes() || changed;
      else this.#copy(1);
    }
    this.length = this.#written;
    return changed;
  }

  #copy(count: number): void {
    for (let rest = count; rest > 0; rest--) this.#put(this.codes[this.#at] as number, 1, 0);
  }

  /** Replaces the next `count` characters by one. */
  #put(code: number, count: number, kind: number): void {
    const form = this.forms[this.#at] as number;
    this.codes[this.#written] = code < space && kind > 0 ? space : code;
    this.starts[this.#written] = this.starts[this.#at] as number;
    this.forms[this.#written++] = kind === 0 ? form : Math.min(255, 4 * form + kind);
    this.#at += count;
  }

  #percent(): boolean {
    const first = this.#percentByte(this.#at);
    if (first < 0) return false;
    const more =
      first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : -1;
    if (more < 0) return false;
    let code = more === 0 ? first : first & (0x3f >> more);
    for (let index = 1; index <= more; index++) {
      const byte = this.#percentByte(this.#at + 3 * index);
      if ((byte & 0xc0) !== 0x80) return false;
      code = (code << 6) | (byte & 0x3f);
    }
    this.#put(code, 3 * (more + 1), 1);
    return true;
  }

  #percentByte(at: number): number {
    return at < this.length && this.codes[at] === percent ? this.#hex(at + 1, 2) : -1;
  }

  #entity(): boolean {
    let end = this.#at + 1;
    while (end < this.length && end - this.#at <= longestEntity && this.codes[end] !== semicolon) end++;
    if (this.codes[end] !== semicolon || end >= this.length) return false;
    const name = String.fromCharCode(...this.codes.subarray(this.#at + 1, end)).toLowerCase();
    const code = name.startsWith('#')
      ? numeric(name.slice(1))
      : Object.hasOwn(entities, name)
        ? entities[name]
        : -1;
    if (code === undefined || code < 0) return false;
    this.#put(code, end + 1 - this.#at, 2);
    return true;
  }

  /** Reads a run of backslashes, and what it escapes. */
  #backslashes(): boolean {
    let end = this.#at;
    while (end < this.length && this.codes[end] === backslash) end++;
    const run = end - this.#at;
    const [code, digits] = this.#number(end);
    if (code < 0) {
      this.#copy(run);
      return false;
    }
    if (this.#isQuote(code)) {
      this.#copy(run);
      this.#put(code, digits, 3);
    } else this.#put(code, run + digits, 3);
    return true;
  }

  /** `u0022`, `u{22}` or `x22`. @returns the character, or -1, and how many characters that takes. */
  #number(at: number): readonly [code: number, count: number] {
    if (this.codes[at] === 0x78) return [this.#hex(at + 1, 2), 3];
    if (this.codes[at] !== 0x75) return [-1, 0];
    if (this.codes[at + 1] !== 0x7b) return [this.#hex(at + 1, 4), 5];
    for (let digits = 1; digits <= 6; digits++)
      if (this.codes[at + 2 + digits] === 0x7d) {
        const code = this.#hex(at + 2, digits);
        return [code > 0xffff ? -1 : code, digits + 3];
      }
    return [-1, 0];
  }

  /** @returns the number that so many hexadecimal digits make, or -1. */
  #hex(at: number, digits: number): number {
    if (at + digits > this.length) return -1;
    let value = 0;
    for (let index = at; index < at + digits; index++) {
      const digit = hexDigit(this.codes[index] as number);
      if (digit < 0) return -1;
      value = 16 * value + digit;
    }
    return value;
  }
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** @returns the character of `34` or `x22`, or -1. */
function numeric(digits: string): number {
  const code = digits.startsWith('x') ? Number(`0${digits}`) : Number(digits === '' ? NaN : digits);
  return Number.isInteger(code) && code > 0 && code <= 0xffff ? code : -1;
}
