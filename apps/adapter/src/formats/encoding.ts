import { isAscii } from 'node:buffer';
import iconv from 'iconv-lite';

/**
 * Encodings that feeds come in, with iconv-lite's names of them. In all of them a byte below 0x40 stands for itself and is
 * never a part of another character, which readers rely on where they look for line ends, quotes and tags. `euc-kr` is
 * read as its superset CP949, which its writers use.
 */
const codecs = {
  'utf-8': 'utf8',
  'euc-kr': 'euckr',
  'windows-1252': 'windows1252',
  'iso-8859-15': 'iso885915',
} as const;
export type EncodingName = keyof typeof codecs;
export const encodingNames = Object.keys(codecs) as [EncodingName, ...EncodingName[]];

/** Names in use that are not among the labels of the Encoding Standard. */
const furtherNames: ReadonlyMap<string, EncodingName> = new Map([
  ...['cp949', 'ms949', 'x-windows-949', 'uhc', 'euckr', 'euc_kr'].map((name) => [name, 'euc-kr'] as const),
  ...['latin9', 'latin-9'].map((name) => [name, 'iso-8859-15'] as const),
]);

/** The encoding that a name stands for, in upper or lower case: any label of the Encoding Standard, section 4.2, and a few more. */
export function encodingNamed(name: string): EncodingName | undefined {
  const label = name.trim().toLowerCase();
  return furtherNames.get(label) ?? encodingNames.find((encoding) => encoding === standardName(label));
}

function standardName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

const ascii = /^(?:us-ascii|ascii|ansi_x3\.4-1968)$/i;

/** Whether a feed that declares this name may be read as `encoding`. ASCII is a part of all of them. */
export const agrees = (name: string, encoding: EncodingName): boolean =>
  ascii.test(name) || encodingNamed(name) === encoding;

/** Bytes that are not a character. */
export interface ByteFault {
  /** Of the U+FFFD that stands for them in the text. */
  readonly index: number;
  /** A sentence without its subject: `has 0xC8 at byte 17 of the feed, which is not euc-kr`. */
  readonly detail: string;
}

export interface Decoded {
  readonly text: string;
  readonly faults: readonly ByteFault[];
}

const replacement = '\uFFFD';
const replacementInUtf8 = Buffer.from(replacement);
/**
 * Characters by their two bytes. Without this cache, a feed full of invalid pairs would have iconv-lite look up each of
 * them, and it is slow for so few bytes.
 */
const pairsOfEucKr = new Map<number, string>();
const noFaults: readonly ByteFault[] = [];

/**
 * Decodes bytes that begin and end at a character.
 * @param offset of the first byte in the feed, from 0; for messages.
 */
export function decode(bytes: Buffer, encoding: EncodingName, offset: number): Decoded {
  const text = decodePiece(bytes, encoding);
  if (!text.includes(replacement)) return { text, faults: noFaults };
  // The bad bytes are narrowed down by halves: looking at each byte is slow, and most of them are good.
  const cut = lastCut(bytes.subarray(0, bytes.length >> 1)) || firstCut(bytes, bytes.length >> 1);
  if (cut === 0 || cut === bytes.length) return decodeByteByByte(bytes, encoding, offset);
  const first = decode(bytes.subarray(0, cut), encoding, offset);
  const second = decode(bytes.subarray(cut), encoding, offset + cut);
  const moved = second.faults.map(({ index, detail }) => ({ index: index + first.text.length, detail }));
  return { text: first.text + second.text, faults: [...first.faults, ...moved] };
}

/** Uses Node's own decoders where possible: they leave less for the garbage collector, and most bytes are ASCII. */
function decodePiece(bytes: Buffer, encoding: EncodingName): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (encoding === 'utf-8') return bytes.toString();
  return iconv.decode(bytes, codecs[encoding], { stripBOM: false });
}

/** The last position where bytes can be cut so that no character is; 0 where there is none. */
export function lastCut(bytes: Buffer): number {
  for (let end = bytes.length; end > 0; end -= 1) if ((bytes[end - 1] as number) < 0x40) return end;
  return 0;
}

function firstCut(bytes: Buffer, from: number): number {
  for (let end = from + 1; end <= bytes.length; end += 1) if ((bytes[end - 1] as number) < 0x40) return end;
  return 0;
}

/**
 * Finds which bytes became which U+FFFD; a U+FFFD that the feed itself contains is not an error. iconv-lite decodes one
 * whole piece at a time: its stateful decoder loses the byte after half a character, even the `<` of a tag.
 */
function decodeByteByByte(bytes: Buffer, encoding: EncodingName, offset: number): Decoded {
  const faults: ByteFault[] = [];
  let text = '';
  for (let start = 0; start < bytes.length;) {
    const character = characterAt(bytes, start, encoding);
    if (character) {
      text += character.text;
      start += character.length;
      continue;
    }
    let end = start + 1;
    while (end < bytes.length && !characterAt(bytes, end, encoding)) end += 1;
    faults.push({
      index: text.length,
      detail: describe(bytes.subarray(start, end), offset + start, encoding),
    });
    text += replacement;
    start = end;
  }
  return { text, faults };
}

function characterAt(
  bytes: Buffer,
  start: number,
  encoding: EncodingName,
): { readonly text: string; readonly length: number } | undefined {
  const first = bytes[start] as number;
  if (first < 0x80) return { text: String.fromCharCode(first), length: 1 };
  const [shortest, longest] = lengthsOf(first, encoding);
  for (let length = shortest; length <= longest && start + length <= bytes.length; length += 1) {
    const sequence = bytes.subarray(start, start + length);
    const text = decodeSequence(sequence, encoding);
    if (!text.includes(replacement) || sequence.equals(replacementInUtf8)) return { text, length };
  }
  return undefined;
}

/** How many bytes a character beyond ASCII has that begins with this one. The first byte of UTF-8 says it (RFC 3629, section 3). */
function lengthsOf(first: number, encoding: EncodingName): readonly [shortest: number, longest: number] {
  if (encoding === 'euc-kr') return [1, 2];
  if (encoding !== 'utf-8') return [1, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return [length, length];
}

function decodeSequence(sequence: Buffer, encoding: EncodingName): string {
  if (encoding !== 'euc-kr') return decodePiece(sequence, encoding);
  const key = sequence.length === 2 ? sequence.readUInt16BE() : (sequence[0] as number);
  let text = pairsOfEucKr.get(key);
  if (text === undefined) pairsOfEucKr.set(key, (text = decodePiece(sequence, encoding)));
  return text;
}

function describe(sequence: Buffer, offset: number, encoding: EncodingName): string {
  const hex = Array.from(
    sequence.subarray(0, 4),
    (byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `has ${hex.join(' ')} at byte ${offset + 1} of the feed, which is not ${encoding}`;
}
