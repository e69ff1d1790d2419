import { SaxesParser } from 'saxes';
import { FeedError } from '../feed/feed-error.ts';
import { ByteQueue } from './byte-queue.ts';
import { decode, encodings, lastCut, type EncodingName } from './encoding.ts';
import { limits } from './limits.ts';
import type { RawRecord, RecordReader } from './record.ts';
import { CharacterFaults } from './xml-faults.ts';
import { XmlRecord } from './xml-record.ts';

export interface XmlOptions {
  readonly encoding: EncodingName;
  /** From the root: `['상품목록', '상품']`. */
  readonly record: readonly string[];
  /** Fields by their path within the record: `@코드`, `가격`, `가격/@통화`; `.` is its own text. */
  readonly wanted: ReadonlySet<string>;
}

/** A reference to nothing, as `&nbsp;` without a DTD, is bad for its record only; saxes leaves it as it stands. */
const unknownReference =
  /(undefined entity|malformed character entity|disallowed character in entity name)\.$/;

/**
 * Reads the records of an XML document, never the document as a whole. DOCTYPE is refused, and with it every entity
 * but the five of XML itself.
 */
export class XmlReader implements RecordReader {
  readonly #options: XmlOptions;
  readonly #emit: (record: RawRecord) => void;
  readonly #parser: SaxesParser;
  readonly #queue = new ByteQueue();
  readonly #faults = new CharacterFaults();
  readonly #path: string[] = [];
  #offset: number;
  #record: XmlRecord | undefined;
  #records = 0;
  /** The beginning of the token that the parser is in. */
  #token = { position: 0, line: 1 };
  #reference: string | undefined;
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
    this.#parser.close();
  }

  #parse(length: number): void {
    const decoded = decode(this.#queue.bytes.subarray(0, length), this.#options.encoding, this.#offset);
    this.#offset += length;
    this.#queue.drop(length);
    this.#parser.write(this.#faults.add(decoded));
    this.#checkToken();
  }

  #createParser(): SaxesParser {
    const parser = new SaxesParser({ forceXMLVersion: true, defaultXMLVersion: '1.0' });
    // Its own table inherits from Object: &constructor; would be one.
    parser.ENTITIES = Object.assign(Object.create(null) as Record<string, string>, {
      amp: '&',
      apos: "'",
      gt: '>',
      lt: '<',
      quot: '"',
    });
    parser.on('error', (error) => this.#parserError(error.message));
    parser.on('xmldecl', ({ encoding }) => this.#checkEncoding(encoding));
    parser.on('doctype', () => {
      throw this.#error('refused', 'a DOCTYPE is refused: a feed has no use for entities of its own');
    });
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
      this.#record = new XmlRecord(this.#options.wanted, this.#parser.line, this.#parser.position);
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
    this.#emit(this.#record.finish(this.#records, this.#parser.position));
    this.#record = undefined;
  }

  #text(text: string): void {
    // The parser says so, too: before this event or after it, as the bytes happen to be split.
    if (this.#path.length === 0 && /[^ \t\r\n]/.test(text))
      this.#parserError('text data outside of root node.');
    this.#nextToken();
    const fault = this.#takeFault();
    this.#record?.text(text, fault);
  }

  /** What is wrong in a comment or an instruction harms nobody. */
  #outside(): void {
    this.#nextToken();
    this.#takeFault();
  }

  #takeFault(): string | undefined {
    const fault = this.#reference ?? this.#faults.take(this.#parser.position);
    this.#reference = undefined;
    return fault;
  }

  #nextToken(): void {
    this.#checkToken();
    this.#token = { position: this.#parser.position, line: this.#parser.line };
  }

  #checkToken(): void {
    if (this.#parser.position - this.#token.position <= limits.token) return;
    const detail = `a tag, text or comment is longer than ${limits.token} characters`;
    throw new FeedError('refused', detail, { line: this.#token.line });
  }

  #checkEncoding(declared: string | undefined): void {
    const { encoding } = this.#options;
    const aliases: readonly string[] = encodings[encoding].aliases;
    if (declared === undefined || aliases.includes(declared.toLowerCase())) return;
    throw this.#error(
      'malformed',
      `it declares the encoding ${declared.slice(0, 40)}, its mapping ${encoding}`,
    );
  }

  #parserError(message: string): void {
    const detail = message.replace(/^\d+:\d+: /, '').slice(0, 200);
    if (this.#record && unknownReference.test(detail)) {
      this.#reference ??= 'has a reference to an unknown entity or character';
      return;
    }
    if (this.#ending) throw this.#error('cut', `the document is not closed: ${detail}`);
    // The parser may be further than that, as far as the bytes happened to reach.
    const { line } = this.#token;
    throw new FeedError('malformed', `this is no well-formed XML: ${detail}`, { line });
  }

  #error(reason: 'cut' | 'malformed' | 'refused', detail: string): FeedError {
    return new FeedError(reason, detail, { line: this.#parser.line });
  }
}
