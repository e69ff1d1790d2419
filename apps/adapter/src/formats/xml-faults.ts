import type { ByteFault, Decoded } from './encoding.ts';

/** What XML has no way to say, not even escaped (XML 1.0, section 2.2). */
// oxlint-disable-next-line no-control-regex
const forbidden = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;

/**
 * Keeps the faults of single characters until it is known which field they are in. By the standard a control character
 * makes the whole document invalid, but old systems send them: it is replaced like an invalid byte, and only its record
 * is bad.
 */
export class CharacterFaults {
  /** Characters of all the text so far. */
  #length = 0;
  #pending: ByteFault[] = [];

  /** The text with U+FFFD for what is wrong, for a parser that would stop at it. */
  add({ text, faults }: Decoded): string {
    const found: ByteFault[] = faults.map(({ index, detail }) => ({ index: index + this.#length, detail }));
    const clean = text.replace(forbidden, (character, index: number) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      found.push({ index: index + this.#length, detail: `has the control character U+${code}` });
      return '\uFFFD';
    });
    if (found.length > 0) this.#pending.push(...found.sort((a, b) => a.index - b.index));
    this.#length += text.length;
    return clean;
  }

  /** Removes the faults before a position in the text. @returns the first of them. */
  take(position: number): string | undefined {
    if (this.#pending.length === 0) return undefined;
    const later = this.#pending.findIndex(({ index }) => index >= position);
    const count = later === -1 ? this.#pending.length : later;
    return this.#pending.splice(0, count)[0]?.detail;
  }
}
