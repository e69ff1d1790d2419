/**
 * How pages become words of the search, and queries too. VitePress writes these functions into the page as text, so each
 * stands for itself and uses nothing else.
 */

/**
 * Words of a page. Korean joins particles and other words to a noun without a space (안티어피니티를), and the search looks for
 * beginnings of words: so a word of Hangul counts from each of its syllables.
 */
export function wordsOfPage(text: string): string[] {
  const words = text.split(/[^\p{L}\p{M}\p{N}_]+/u).filter((word) => word !== '');
  return words.flatMap((word) => {
    const parts = word.match(/[\uAC00-\uD7A3]+|[^\uAC00-\uD7A3]+/g) ?? [];
    return parts.flatMap((part) =>
      /[\uAC00-\uD7A3]/.test(part)
        ? Array.from({ length: Math.max(1, part.length - 1) }, (_item, at) => part.slice(at))
        : [part],
    );
  });
}

/** Words of a query: the same, each from its beginning alone. */
export function wordsOfQuery(text: string): string[] {
  const words = text.split(/[^\p{L}\p{M}\p{N}_]+/u).filter((word) => word !== '');
  return words.flatMap((word) => word.match(/[\uAC00-\uD7A3]+|[^\uAC00-\uD7A3]+/g) ?? []);
}

/** How far a word may be from that of the query, by its length. A syllable more or less is another word of Korean. */
export function fuzzinessOf(word: string): number | boolean {
  return /[\uAC00-\uD7A3]/.test(word) ? false : 0.2;
}
