/**
 * Text search the same in every database: both adapters store these words and look prefixes up as ranges,
 * so neither a stemmer nor a collation of one of them can make the results differ.
 */

/** One more whenever `words` gives other words for the same text: what is stored is then made again from the entities. */
export const TERMS_VERSION = 2;

/** Most distinct words of one entity that are found; text beyond them is stored but not searched. */
const MAX_WORDS = 256;
/** Most words of a query that count: each costs an index scan. */
const MAX_QUERY_WORDS = 16;
/** Code points of a word that count, in an entity and in a query alike, so that longer words still find themselves. */
const MAX_LENGTH = 40;

/** The first code point of no word: greater, in UTF-8 and in UTF-16, than every letter, mark and digit. */
const LAST = '\u{10FFFF}';

/**
 * The distinct words of some texts, folded, split at everything but letters, marks and digits (Unicode properties, so
 * Hangul, accents and full-width forms work).
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
 * The ranges of a query's text: one for each of its words, and each has to hold a word of the entity.
 * @returns at most 16 ranges; none when the text has no word, which finds nothing.
 */
export function prefixRanges(text: string): WordRange[] {
  return distinct([text], MAX_QUERY_WORDS).map((word) => ({ from: word, to: word + LAST }));
}

function distinct(texts: readonly string[], most: number): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const [word] of fold(text).matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
      found.add(word.length <= MAX_LENGTH ? word : Array.from(word).slice(0, MAX_LENGTH).join(''));
      if (found.size === most) return [...found];
    }
  }
  return [...found];
}

/**
 * Compatibility normalisation (NFKC) and full case folding, as far as a search wants it: ß is ss, ς is σ, ﬁ is fi.
 * Unicode's own folding (CaseFolding.txt, C and F), and i, ı, I and İ are one letter, as a search has no language.
 */
function fold(text: string): string {
  return (
    withFewMarks(text)
      .normalize('NFKC')
      // Not all capitals become the same small letters as their small forms do: ẞ becomes ß, and only its capital is SS.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .replaceAll('i\u0307', 'i')
      // Folding decomposes some letters.
      .normalize('NFKC')
  );
}

/**
 * No letter has more than 30 marks (Unicode Standard Annex 15, section 13: Stream-Safe Text Format). Normalising sorts
 * those of a letter, in a time that grows with the square of their number.
 */
const withFewMarks = (text: string): string =>
  text.replace(/([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu, '$1');
