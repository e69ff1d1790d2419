import { FeedError } from './feed-error.ts';
import type { EncodingName } from './encoding.ts';
import { limits } from './limits.ts';

const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf16Marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** Bytes of a feed and where they stand in it, from 0. */
export interface Piece {
  readonly bytes: Buffer;
  readonly offset: number;
}

/**
 * The bytes of a feed in pieces of a bounded size, its byte order mark cut off.
 * @throws {FeedError} `malformed` where the mark contradicts the encoding, `refused` beyond `maxBytes`.
 */
export async function* pieces(
  source: AsyncIterable<Uint8Array>,
  encoding: EncodingName,
  maxBytes: number,
): AsyncGenerator<Piece> {
  let offset = 0;
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (head) {
      bytes = Buffer.concat([head, bytes]);
      head = bytes.length < utf8Mark.length ? bytes : undefined;
      if (head) continue;
      offset = markLength(bytes, encoding);
      bytes = bytes.subarray(offset);
    }
    if (offset + bytes.length > maxBytes)
      throw new FeedError('refused', `the feed has more than the ${maxBytes} bytes that it may have`);
    for (let start = 0; start < bytes.length; start += limits.piece) {
      const piece = bytes.subarray(start, start + limits.piece);
      yield { bytes: piece, offset };
      offset += piece.length;
    }
  }
  if (head && head.length > 0) yield { bytes: head, offset };
}

function markLength(bytes: Buffer, encoding: EncodingName): number {
  if (utf16Marks.some((mark) => bytes.subarray(0, 2).equals(mark)))
    throw new FeedError('malformed', `the feed is UTF-16, its mapping says ${encoding}`, { line: 1 });
  if (!bytes.subarray(0, 3).equals(utf8Mark)) return 0;
  if (encoding === 'utf-8') return utf8Mark.length;
  throw new FeedError('malformed', `the feed begins as UTF-8, its mapping says ${encoding}`, { line: 1 });
}
