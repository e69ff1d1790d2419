/**
 * Finds what must not reach the parser. saxes reads a reference up to the next `;`, even if that is far away: an
 * unescaped `&` would swallow whole records. And it reads a DOCTYPE to its end before it reports it.
 */

/** XML 1.0, section 4.6: there are no others where a DOCTYPE is refused. */
const entities: ReadonlySet<string> = new Set(['amp', 'apos', 'gt', 'lt', 'quot']);
/** The part of a reference before its `;`. The bound is far beyond the longest valid one. */
const beginning = /#x[0-9A-Fa-f]{0,60}|#[0-9]{0,60}|[^\s&;<>"'#=/]{0,60}/y;
const maxQuote = 20;

export interface Obstacle {
  /** Where it begins in the text. */
  readonly at: number;
  readonly reason: 'malformed' | 'refused';
  readonly detail: string;
}

export interface Scan {
  /** How much of the text can be parsed. What comes after it is needed again, with the text that follows. */
  readonly length: number;
  readonly obstacle?: Obstacle;
}

/** What the next character is part of. Inside a tag only the values of attributes matter. */
type Place = 'text' | 'tag' | '"' | "'" | 'comment' | 'section' | 'instruction';

/** What begins with `<` and is not a tag. */
const openings: readonly (readonly [opening: string, place: Place | 'doctype'])[] = [
  ['<!--', 'comment'],
  ['<![CDATA[', 'section'],
  ['<!DOCTYPE', 'doctype'],
  ['<?', 'instruction'],
];
const closings = { comment: '-->', section: ']]>', instruction: '?>' } as const;
const stops = { text: /[<&]/g, tag: /["'>]/g, '"': /["&]/g, "'": /['&]/g } as const;

/**
 * Follows a document from one text to the next. The parser reads the same text; this relies on it to stop at everything
 * else that is not well-formed.
 */
export class ReferenceScanner {
  #place: Place = 'text';

  /** @param text what the scan before left, and more. */
  scan(text: string): Scan {
    let at = 0;
    while (at < text.length) {
      const place = this.#place;
      if (place === 'comment' || place === 'section' || place === 'instruction') {
        const closing = closings[place];
        const found = text.indexOf(closing, at);
        if (found === -1) return { length: Math.max(at, text.length - closing.length + 1) };
        at = found + closing.length;
        this.#place = 'text';
        continue;
      }
      const stop = stops[place];
      stop.lastIndex = at;
      const found = stop.exec(text);
      if (!found) return { length: text.length };
      at = found.index;
      const [character] = found;
      if (character === '&') {
        const reference = readReference(text, at);
        if (typeof reference !== 'number') return { length: at, ...reference };
        at = reference;
      } else if (character === '<') {
        const opening = readOpening(text, at);
        if (opening === 'partial') return { length: at };
        if (opening.place === 'doctype') return { length: at, obstacle: doctype(at) };
        this.#place = opening.place;
        at += opening.length;
      } else {
        this.#place = place === 'tag' ? (character === '>' ? 'text' : (character as '"' | "'")) : 'tag';
        at += 1;
      }
    }
    return { length: at };
  }
}

function readOpening(
  text: string,
  at: number,
): { readonly place: Place | 'doctype'; readonly length: number } | 'partial' {
  for (const [opening, place] of openings) {
    if (text.startsWith(opening, at)) return { place, length: opening.length };
    if (text.length - at < opening.length && opening.startsWith(text.slice(at))) return 'partial';
  }
  return { place: 'tag', length: 1 };
}

const doctype = (at: number): Obstacle => ({
  at,
  reason: 'refused',
  detail: 'a DOCTYPE is refused: a feed does not need its own entities',
});

/** @returns where the reference ends; nothing where the text ends before it; or what is wrong with it. */
function readReference(text: string, at: number): number | { readonly obstacle?: Obstacle } {
  beginning.lastIndex = at + 1;
  const name = beginning.exec(text)?.[0] ?? '';
  const end = at + 1 + name.length;
  if (end === text.length) return {};
  const malformed = (detail: string) => ({ obstacle: { at, reason: 'malformed', detail } as const });
  if (text[end] !== ';' || name === '' || name === '#' || name === '#x') {
    // Up to the first wrong character: the rest may not have arrived yet.
    const read = shortened(`&${name}${String.fromCodePoint(text.codePointAt(end) as number)}`);
    return malformed(`a reference is malformed: ${JSON.stringify(read)}; write & as &amp;`);
  }
  if (name[0] === '#')
    return isCharacter(name)
      ? end + 1
      : malformed(`the reference &${shortened(name)}; is to a character that XML does not allow`);
  if (entities.has(name)) return end + 1;
  return malformed(
    `the reference &${shortened(name)}; has no definition; write the character, or its number as in &#160;`,
  );
}

/** The production Char of XML 1.0, section 2.2. */
function isCharacter(reference: string): boolean {
  const code = Number(reference.replace(/^#(?=x)/, '0').replace(/^#/, ''));
  return (
    [0x9, 0xa, 0xd].includes(code) ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}

const shortened = (text: string): string => (text.length > maxQuote ? `${text.slice(0, maxQuote)}…` : text);
