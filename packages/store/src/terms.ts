/**
 * Text search with the same results in every database: both adapters store these words and look prefixes up as ranges,
 * so no database's stemmer or collation matters.
 */

/**
 * Increase it whenever `words` returns other words for the same text: then stored words are made again from the
 * entities.
 */
export const TERMS_VERSION = 2;

/** The most distinct words of one entity that can be found; text beyond them is stored but not searched. */
const MAX_WORDS = 256;
/** The most words of a query that count: each costs an index scan. */
const MAX_QUERY_WORDS = 16;
/** Code points of a word that count, in entities and in queries alike, so that longer words still match themselves. */
const MAX_LENGTH = 40;

/** No word begins with this code point: in UTF-8 and in UTF-16 it is greater than every letter, mark and digit. */
const LAST = '\u{10FFFF}';

/**
 * The distinct words of some texts: folded, and split at everything except letters, marks and digits (Unicode
 * properties, so Hangul, accents and full-width forms work).
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
 * The ranges of a query's text, one for each of its words; each has to contain a word of the entity.
 * @returns at most 16 ranges; none when the text has no word, which matches nothing.
 */
export function prefixRanges(text: string): WordRange[] {
  return distinct([text], MAX_QUERY_WORDS).map((word) => ({ from: word, to: word + LAST }));
}

function distinct(texts: readonly string[], most: number): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const word of fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
      found.add(word.length <= MAX_LENGTH ? word : Array.from(word).slice(0, MAX_LENGTH).join(''));
      if (found.size === most) return [...found];
    }
  }
  return [...found];
}

/**
 * Compatibility normalisation (NFKC) and full case folding, with what a search needs beyond them: ß is ss, ς is σ, ﬁ is
 * fi. It is Unicode's own folding (CaseFolding.txt, C and F), but i, ı, I and İ are one letter, because a search has no
 * language.
 */
function fold(text: string): string {
  return (
    withFewMarks(text)
      .normalize('NFKC')
      // Some capitals have another lower case than their small form has: ẞ becomes ß, and only the capital of ß is SS.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .replaceAll('i\u0307', 'i')
      // Folding may decompose letters.
      .normalize('NFKC')
  );
}

/**
 * Limits each letter to 30 marks (Unicode Standard Annex 15, section 13: Stream-Safe Text Format). Normalising sorts
 * the marks of a letter, in a time that grows with the square of their number.
 */
const withFewMarks = (text: string): string =>
  text.replace(/([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu, '$1');
