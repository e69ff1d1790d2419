import { SaxesParser } from 'saxes';
import { FeedError } from './feed-error.ts';
import { ByteQueue } from './byte-queue.ts';
import { agrees, decode, lastCut, type EncodingName } from './encoding.ts';
import { limits } from './limits.ts';
import type { RawRecord, RecordReader } from './record.ts';
import { CharacterFaults } from './xml-faults.ts';
import { ReferenceScanner } from './xml-references.ts';
import { XmlRecord } from './xml-record.ts';

export interface XmlOptions {
  readonly encoding: EncodingName;
  /** From the root: `['상품목록', '상품']`. */
  readonly record: readonly string[];
  /** Fields by their path within the record: `@코드`, `가격`, `가격/@통화`; `.` is its own text. */
  readonly wanted: ReadonlySet<string>;
}

/** The parser reports a wrong closing tag only after it has closed an element with it. */
const wrongClosingTag = /unexpected close tag\.$/;
/** The parser finds this where its text ends, not where the fault is. */
const textOutside = /text data outside of root node\.$/;

/**
 * Reads the records of an XML document one by one, and never holds the whole document. The feed ends at the first place
 * that is not well-formed, and the record there is dropped. Only an invalid character does not end the feed: it makes
 * its record bad. DOCTYPE is refused, and with it every entity except the five that XML defines.
 */
export class XmlReader implements RecordReader {
  readonly #options: XmlOptions;
  readonly #emit: (record: RawRecord) => void;
  readonly #parser: SaxesParser;
  readonly #queue = new ByteQueue();
  readonly #faults = new CharacterFaults();
  readonly #references = new ReferenceScanner();
  readonly #path: string[] = [];
  /** Text that the parser has not been given yet: what it is depends on what follows. */
  #rest = '';
  #offset: number;
  #record: XmlRecord | undefined;
  /** A record whose closing tag has been read, and may turn out to be another element's. */
  #closed: RawRecord | undefined;
  #records = 0;
  /** The beginning of the token that the parser is in. */
  #token = { position: 0, line: 1, column: 1 };
  #ending = false;

  /** @param offset of the first byte to come, where a byte order mark was cut off. */
  constructor(options: XmlOptions, emit: (record: RawRecord) => void, offset = 0) {
    this.#options = options;
    this.#emit = emit;
    this.#offset = offset;
    this.#parser = this.#createParser();
  }

  write(bytes: Buffer): void {
    this.#queue.append(bytes);
    const end = lastCut(bytes);
    if (end > 0) this.#parse(this.#queue.length - bytes.length + end);
    if (this.#queue.length > limits.record)
      throw this.#error(
        'refused',
        `there are more than ${limits.record} bytes without a space, digit or tag`,
      );
  }

  end(): void {
    if (this.#queue.length > 0) this.#parse(this.#queue.length);
    this.#ending = true;
    this.#parser.write(this.#rest).close();
  }

  #parse(length: number): void {
    const decoded = decode(this.#queue.bytes.subarray(0, length), this.#options.encoding, this.#offset);
    this.#offset += length;
    this.#queue.drop(length);
    const text = this.#rest + this.#faults.add(decoded);
    const { length: parsed, obstacle } = this.#references.scan(text);
    this.#rest = text.slice(parsed);
    this.#parser.write(text.slice(0, parsed));
    this.#give();
    this.#checkToken();
    if (!obstacle) return;
    // The parser counts lines and columns: after one more character, they are those of the fault.
    this.#parser.write(text.slice(parsed, parsed + 1));
    throw this.#error(obstacle.reason, obstacle.detail);
  }

  #createParser(): SaxesParser {
    const parser = new SaxesParser({ forceXMLVersion: true, defaultXMLVersion: '1.0' });
    parser.on('error', (error) => this.#parserError(error.message));
    parser.on('xmldecl', ({ encoding }) => this.#checkEncoding(encoding));
    parser.on('comment', () => this.#outside());
    parser.on('processinginstruction', () => this.#outside());
    parser.on('opentagstart', ({ name }) => this.#enter(name));
    parser.on('attribute', ({ name, value }) => this.#record?.attribute(name, value, this.#takeFault()));
    parser.on('opentag', () => this.#nextToken());
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('closetag', () => this.#leave());
    return parser;
  }

  #enter(name: string): void {
    // The parser has already read past the name, perhaps into the next line.
    const { line } = this.#token;
    this.#nextToken();
    const fault = this.#takeFault();
    this.#path.push(name);
    const { length } = this.#path;
    const { record } = this.#options;
    if (length > limits.depth)
      throw this.#error('refused', `elements are nested deeper than ${limits.depth}`);
    if (length === 1 && name !== record[0])
      throw this.#error('malformed', `the root is <${name.slice(0, 50)}>, not <${record[0]}>`);
    if (this.#record) this.#record.enter(name);
    else if (length === record.length && record.every((step, index) => step === this.#path[index]))
      this.#record = new XmlRecord(this.#options.wanted, line, this.#parser.position);
    if (fault !== undefined) this.#record?.fault(fault);
  }

  #leave(): void {
    this.#nextToken();
    const fault = this.#takeFault();
    this.#path.pop();
    if (!this.#record) return;
    if (fault !== undefined) this.#record.fault(fault);
    if (!this.#record.leave()) return;
    this.#records += 1;
    this.#closed = this.#record.finish(this.#records, this.#parser.position);
    this.#record = undefined;
  }

  #give(): void {
    if (this.#closed) this.#emit(this.#closed);
    this.#closed = undefined;
  }

  #text(text: string): void {
    // The parser reports this, too: before this event or after it, depending on where the bytes are split.
    if (this.#path.length === 0 && /[^ \t\r\n]/.test(text))
      this.#parserError('text data outside of root node.');
    this.#nextToken();
    const fault = this.#takeFault();
    this.#record?.text(text, fault);
  }

  /** An error in a comment or an instruction does no harm. */
  #outside(): void {
    this.#nextToken();
    this.#takeFault();
  }

  #takeFault(): string | undefined {
    return this.#faults.take(this.#parser.position);
  }

  #nextToken(): void {
    this.#give();
    this.#checkToken();
    const { position, line, column } = this.#parser;
    this.#token = { position, line, column: column + 1 };
  }

  #checkToken(): void {
    if (this.#parser.position - this.#token.position <= limits.token) return;
    const detail = `a tag, text or comment is longer than ${limits.token} characters`;
    throw new FeedError('refused', detail, { line: this.#token.line });
  }

  #checkEncoding(declared: string | undefined): void {
    const { encoding } = this.#options;
    if (declared === undefined || agrees(declared, encoding)) return;
    throw this.#error(
      'malformed',
      `it declares the encoding ${declared.slice(0, 40)}, its mapping ${encoding}`,
    );
  }

  #parserError(message: string): void {
    const detail = message.replace(/^\d+:\d+: /, '').slice(0, 200);
    if (!wrongClosingTag.test(detail)) this.#give();
    if (this.#ending) throw this.#error('cut', `the document is not closed: ${detail}`);
    const { line, column } = textOutside.test(detail) ? this.#token : this.#parser;
    throw new FeedError('malformed', `the XML is not well-formed: ${detail}`, {
      line,
      // 0 where the character that is wrong is the end of the line before.
      column: Math.max(1, column),
    });
  }

  #error(reason: 'cut' | 'malformed' | 'refused', detail: string): FeedError {
    const { line, column } = this.#parser;
    return new FeedError(reason, detail, { line, ...(reason === 'cut' ? {} : { column }) });
  }
}
