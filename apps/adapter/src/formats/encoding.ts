import iconv from 'iconv-lite';

/**
 * Encodings that feeds come in, by the names of the mapping file. In all of them a byte below 0x40 stands for itself
 * and is never a part of another character, which readers rely on where they look for line ends, quotes and tags.
 * `euc-kr` is read as its superset CP949, as everybody does who writes it.
 */
export const encodings = {
  'utf-8': { codec: 'utf8', aliases: ['utf-8', 'utf8', 'us-ascii'] },
  'euc-kr': {
    codec: 'euckr',
    aliases: ['euc-kr', 'ks_c_5601-1987', 'ksc5601', 'cp949', 'ms949', 'x-windows-949'],
  },
  'windows-1252': { codec: 'windows1252', aliases: ['windows-1252', 'cp1252', 'iso-8859-1', 'latin1'] },
  'iso-8859-15': { codec: 'iso885915', aliases: ['iso-8859-15', 'latin9'] },
} as const;
export type EncodingName = keyof typeof encodings;

/** Bytes that are no character. */
export interface ByteFault {
  /** Of the U+FFFD that stands for them in the text. */
  readonly index: number;
  /** A sentence without its subject: `has 0xC8 0x20 at byte 17 of the feed, which is not euc-kr`. */
  readonly detail: string;
}

export interface Decoded {
  readonly text: string;
  readonly faults: readonly ByteFault[];
}

const replacement = '\uFFFD';
const noFaults: readonly ByteFault[] = [];

/**
 * Decodes bytes that begin and end at a character.
 * @param offset of the first byte in the feed, from 0; for messages.
 */
export function decode(bytes: Buffer, encoding: EncodingName, offset: number): Decoded {
  const text = iconv.decode(bytes, encodings[encoding].codec, { stripBOM: false });
  return text.includes(replacement) ? decodeByteByByte(bytes, encoding, offset) : { text, faults: noFaults };
}

/** Slower, and knows which bytes became which U+FFFD; one that stands in the feed as such is no fault. */
function decodeByteByByte(bytes: Buffer, encoding: EncodingName, offset: number): Decoded {
  const { codec } = encodings[encoding];
  const decoder = iconv.getDecoder(codec, { stripBOM: false });
  const faults: ByteFault[] = [];
  let text = '';
  let start = 0;
  const add = (characters: string, end: number): void => {
    const sequence = bytes.subarray(start, end);
    if (characters.includes(replacement) && !iconv.encode(characters, codec).equals(sequence)) {
      const hex = [...sequence]
        .map((byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`)
        .join(' ');
      const detail = `has ${hex} at byte ${offset + start + 1} of the feed, which is not ${encoding}`;
      faults.push({ index: text.length + characters.indexOf(replacement), detail });
    }
    text += characters;
    start = end;
  };
  for (let index = 0; index < bytes.length; index += 1) {
    const characters = decoder.write(bytes.subarray(index, index + 1));
    if (characters !== '') add(characters, index + 1);
  }
  const rest = decoder.end() ?? '';
  if (rest !== '') add(rest, bytes.length);
  return { text, faults };
}
