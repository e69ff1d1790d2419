/**
 * Text search the same in every database: both adapters store these words and look prefixes up as ranges,
 * so neither a stemmer nor a collation of one of them can make the answers differ.
 */

/** Most distinct words of one entity that are found; text beyond them is stored but not searched. */
const MAX_WORDS = 256;
/** Most words of a query that count: each costs an index scan. */
const MAX_QUERY_WORDS = 16;
/** Code points of a word that count, in an entity and in a query alike, so that longer words still find themselves. */
const MAX_LENGTH = 40;

/** The first code point of no word: greater, in UTF-8 and in UTF-16, than every letter, mark and digit. */
const LAST = '\u{10FFFF}';

/**
 * The distinct words of some texts: NFKC, lower case, split at everything but letters, marks and digits
 * (Unicode properties, so Hangul, accents and full-width forms work).
 * @returns at most 256 words of at most 40 code points, in order of appearance; none for texts without a word.
 */
export function words(...texts: readonly string[]): string[] {
  return distinct(texts, MAX_WORDS);
}

/** A range of words in the order of their UTF-8 bytes: `from` included, `to` excluded. */
export interface WordRange {
  readonly from: string;
  readonly to: string;
}

/**
 * What a query's text asks for: one range for each of its words, each of which has to hold a word of the entity.
 * @returns at most 16 ranges; none when the text has no word, which finds nothing.
 */
export function prefixRanges(text: string): WordRange[] {
  return distinct([text], MAX_QUERY_WORDS).map((word) => ({ from: word, to: word + LAST }));
}

function distinct(texts: readonly string[], most: number): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    // Lower-casing can decompose (İ becomes i and a dot above), hence NFKC once more.
    const folded = text.normalize('NFKC').toLowerCase().normalize('NFKC');
    for (const [word] of folded.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
      found.add(word.length <= MAX_LENGTH ? word : Array.from(word).slice(0, MAX_LENGTH).join(''));
      if (found.size === most) return [...found];
    }
  }
  return [...found];
}
