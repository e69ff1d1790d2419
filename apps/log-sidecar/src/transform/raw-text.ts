import { decodeText, type DecodedText } from './decode-text.ts';

/** Redacts text that is not JSON. Paths have no meaning there: the value after the last name of a path is cut. */
export type RawRedaction = (text: string) => string;

const backslash = 92;

/** Opening quotes, each with its closing one. */
const closing = new Map<number, string>(
  [
    ...Array.from('"\'`´″′＂＇｀‟‛', (mark) => [mark, mark] as const),
    ['“', '”'] as const,
    ['”', '”'] as const,
    ['„', '“”'] as const,
    ['‘', '’'] as const,
    ['’', '’'] as const,
    ['‚', '‘’'] as const,
    ['«', '»'] as const,
    ['»', '«'] as const,
    ['‹', '›'] as const,
    ['›', '‹'] as const,
    ['「', '」'] as const,
    ['『', '』'] as const,
    ['〝', '〞〟'] as const,
  ].map(([open, close]) => [open.charCodeAt(0), close]),
);
const quotes = new Set([
  ...closing.keys(),
  ...Array.from([...closing.values()].join(''), (mark) => mark.charCodeAt(0)),
]);
const isQuote = (code: number): boolean => quotes.has(code);

/** These are apostrophes, too, or are part of a word in a shell: no word follows the end of a value. */
const straight = new Set(Array.from('"\'`’', (mark) => mark.charCodeAt(0)));

const isSeparator = (char: string | undefined): boolean =>
  char === ':' || char === '=' || char === '：' || char === '＝';
const isSpace = (char: string | undefined): boolean => char !== undefined && char !== '\n' && /\s/.test(char);
const isWord = (char: string | undefined): boolean => char !== undefined && /\w/.test(char);
/** What may follow an empty value. */
const endsValue = (char: string | undefined): boolean => char === undefined || /[\s,;:&)\]}>|\\]/.test(char);

const escapeForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/**
 * Cuts the value after each name, up to the quote that ends it or to the end of its line. Between name and value there
 * may be quotes of any kind and encoding: `"password":"…"`, `'password': '…'`, `%22password%22%3A%22…`,
 * `&quot;password&quot;:&quot;…`, `\"password\":\"…`. What it does not understand is cut. Takes linear time.
 */
export function createRawRedaction(paths: readonly string[], censor: string): RawRedaction {
  const names = new Set(paths.map((path) => path.split('.').at(-1) ?? '*').filter((name) => name !== '*'));
  if (names.size === 0) return (text) => text;
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeForRegExp).join('|'), 'gi');
  return (text) => {
    const decoded = decodeText(text, isQuote);
    const finder = new ValueFinder(decoded);
    let result = '';
    let shown = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(decoded.text); match; match = pattern.exec(decoded.text)) {
      const value = finder.find(match.index, pattern.lastIndex);
      pattern.lastIndex = value?.end ?? match.index + 1;
      if (!value) continue;
      result += text.slice(shown, decoded.start(value.start)) + censor;
      shown = decoded.start(value.end);
    }
    return result + text.slice(shown);
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A quote at the beginning of a value. */
interface Quote {
  readonly code: number;
  readonly form: number;
  /** Backslashes before it: 0, or 1, 3, 7 … in JSON inside of JSON. */
  readonly backslashes: number;
  /** How many of them are in a row: 2 in CSV, 3 in Python. */
  readonly count: number;
}

/** Finds values in decoded text. */
class ValueFinder {
  readonly #text: string;
  readonly #form: (index: number) => number;
  /** Text between names and a separator is examined once, even if several names are in it. */
  #fillerStart = 0;
  #fillerEnd = 0;

  constructor({ text, form }: DecodedText) {
    this.#text = text;
    this.#form = form;
  }

  /** @returns the value of the name at `[start, end)`, if it is a name and has one. */
  find(start: number, end: number): Span | undefined {
    if (!this.#beginsWord(start)) return undefined;
    const separator = this.#filler(end);
    const text = this.#text;
    let at = separator;
    if (isSeparator(text[at])) while (isSeparator(text[at]) || text[at] === '>') at++;
    else if (!this.#isInList(start, end, separator)) return undefined;
    else at++;
    at = this.#space(at);
    if (at >= text.length || text[at] === '\n') return undefined;
    const isList = text[separator] === ',';
    const backslashes = this.#backslashes(at);
    const code = text.charCodeAt(at + backslashes);
    if (closing.has(code)) return { start: at, end: this.#quoted(at, end, code, backslashes) };
    if (isList) return undefined;
    const lineFeed = text.indexOf('\n', at);
    return { start: at, end: lineFeed < 0 ? text.length : lineFeed };
  }

  /** False in the middle of a word. An escaped line break before the word does not belong to it. */
  #beginsWord(start: number): boolean {
    const before = this.#text[start - 1];
    if (before === undefined || !/[\w-]/.test(before)) return true;
    return /[nrtbfv0]/.test(before) && this.#text.charCodeAt(start - 2) === backslash;
  }

  /** ('password', 's3cret'): a quoted name in a list, before the next element. */
  #isInList(start: number, end: number, comma: number): boolean {
    return this.#text[comma] === ',' && comma > end && isQuote(this.#text.charCodeAt(start - 1));
  }

  #filler(start: number): number {
    if (start >= this.#fillerStart && start <= this.#fillerEnd) return this.#fillerEnd;
    const text = this.#text;
    let at = start;
    while (
      at < text.length &&
      (isSpace(text[at]) || text[at] === ']' || text[at] === '\\' || isQuote(text.charCodeAt(at)))
    )
      at++;
    this.#fillerStart = start;
    this.#fillerEnd = at;
    return at;
  }

  /** Skips white space, escaped or not. */
  #space(start: number): number {
    const text = this.#text;
    for (let at = start; ;) {
      if (isSpace(text[at])) at++;
      else {
        const after = at + this.#backslashes(at) + 1;
        const next = text[after];
        const isEscape = text[at] === '\\' && /[nrt]/.test(text[after - 1] ?? '');
        if (!isEscape || !(isSpace(next) || next === '\\' || isQuote(text.charCodeAt(after)))) return at;
        at = after;
      }
    }
  }

  #backslashes(at: number): number {
    let end = at;
    while (this.#text.charCodeAt(end) === backslash) end++;
    return end - at;
  }

  /**
   * @param start where its first quote, or the backslashes before that, begins. @param nameEnd where its name ends.
   * @returns where the value ends.
   */
  #quoted(start: number, nameEnd: number, code: number, backslashes: number): number {
    const marks = closing.get(code) ?? '';
    const one = { code, form: this.#form(start + backslashes), backslashes, count: 1 };
    if (marks !== String.fromCharCode(code)) return this.#close(start + backslashes + 1, marks, one);
    const step = backslashes + 1;
    const all = this.#row(start, one);
    const aroundName = this.#row(nameEnd, one);
    const opened = start + all * step;
    if (aroundName > 1 && all >= aroundName) {
      if (all >= 2 * aroundName) return start + 2 * aroundName * step;
      return this.#close(start + aroundName * step, marks, { ...one, count: aroundName });
    }
    // Two in a row are an empty value, or one that begins with two.
    const isEmpty =
      all % 2 === 0 && (endsValue(this.#text[opened]) || isQuote(this.#text.charCodeAt(opened)));
    return isEmpty ? opened : this.#close(opened, marks, { ...one, count: all });
  }

  #close(start: number, marks: string, quote: Quote): number {
    const text = this.#text;
    const { form, backslashes, count } = quote;
    const step = backslashes + 1;
    for (let at = start; at < text.length;) {
      const escapes = this.#backslashes(at);
      const mark = at + escapes;
      if (mark >= text.length) break;
      if (
        !marks.includes(text[mark] as string) ||
        this.#form(mark) !== form ||
        escapes % (2 * step) !== backslashes
      ) {
        at = mark + 1;
        continue;
      }
      // Twice as many in a row are one that belongs to the content.
      const all = 1 + (marks.length === 1 ? this.#row(mark + 1, quote) : 0);
      const over = all % (2 * count);
      const used = over >= count ? all - over + count : all;
      at = mark + 1 + (used - 1) * step;
      if (over >= count && !(straight.has(text.charCodeAt(mark)) && isWord(text[at]))) return at;
    }
    return text.length;
  }

  /** How many such quotes, each with its backslashes, are in a row. */
  #row(start: number, { code, form, backslashes }: Quote): number {
    let count = 0;
    for (let at = start; ; at += backslashes + 1, count++) {
      const mark = at + backslashes;
      const isOne =
        mark < this.#text.length &&
        this.#text.charCodeAt(mark) === code &&
        this.#form(mark) === form &&
        this.#backslashes(at) === backslashes;
      if (!isOne) return count;
    }
  }
}
