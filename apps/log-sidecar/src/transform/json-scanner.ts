import type { RedactState } from './redact-paths.ts';

/** The scanner recurses, so deeper nesting is treated as if it was not JSON. */
const maxDepth = 256;

const quote = 34;
const backslash = 92;

/** A member of the outermost object whose key was requested. Positions are of bytes; ends are exclusive. */
export interface Member {
  /** Which of the wanted keys it is. */
  key: number;
  /** Where its key's quotation mark is. */
  start: number;
  valueStart: number;
  end: number;
}

/**
 * Reads a line of JSON (RFC 8259) in place, without making objects of it: reports whether it is a well-formed object,
 * and the places of the values to redact and of the wanted members of the outermost object. It costs no more than
 * `JSON.parse` alone and leaves no garbage. The line can be passed on byte by byte, with numbers and escapes as the app
 * wrote them.
 * The bytes must be UTF-8. Results are valid until the next scan.
 */
export class JsonScanner {
  /** By the length of the key. */
  readonly #wanted: WantedKey[][] = [];
  readonly #redact: RedactState | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Whether the last string has an escape. */
  #escaped = false;

  /** The places of the object's braces. */
  open = 0;
  close = 0;
  /** Pairs of start and end, in order. */
  readonly redactions: number[] = [];
  /**
   * The first `memberCount` of them are valid; all are used again. Emptying the array frees its memory, and the garbage
   * of filling it again for each line let the heap grow by 30 MiB.
   */
  readonly members: Member[] = [];
  memberCount = 0;

  constructor(wanted: readonly string[], redact?: RedactState) {
    wanted.forEach((key, index) =>
      (this.#wanted[key.length] ??= []).push({ index, bytes: Buffer.from(key) }),
    );
    this.#redact = redact;
  }

  /** @returns whether the bytes are one JSON object, with white space around it at most. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.redactions.length = 0;
    this.memberCount = 0;
    this.open = this.#space(start);
    if (this.open >= end || bytes[this.open] !== 0x7b) return false;
    const after = this.#object(this.open + 1, this.#redact, 0);
    if (after < 0) return false;
    this.close = after - 1;
    return this.#space(after) === end;
  }

  // Each of the following takes the position where something begins and gives the one after it, or -1.

  #space(at: number): number {
    const bytes = this.#bytes;
    while (at < this.#end && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 13 || bytes[at] === 10))
      at++;
    return at;
  }

  #value(at: number, state: RedactState | undefined, depth: number): number {
    const redacted = state !== undefined && state.redact;
    const after = this.#any(at, redacted ? undefined : state, depth);
    if (redacted && after >= 0) this.redactions.push(at, after);
    return after;
  }

  #any(at: number, state: RedactState | undefined, depth: number): number {
    if (at >= this.#end) return -1;
    switch (this.#bytes[at]) {
      case quote:
        return this.#string(at + 1);
      case 0x7b:
        return depth >= maxDepth ? -1 : this.#object(at + 1, state, depth + 1);
      case 0x5b:
        return depth >= maxDepth ? -1 : this.#array(at + 1, state?.other, depth + 1);
      case 0x74:
        return this.#word(at, 'true');
      case 0x66:
        return this.#word(at, 'false');
      case 0x6e:
        return this.#word(at, 'null');
      default:
        return this.#number(at);
    }
  }

  #object(at: number, state: RedactState | undefined, depth: number): number {
    const bytes = this.#bytes;
    at = this.#space(at);
    if (at < this.#end && bytes[at] === 0x7d) return at + 1;
    for (;;) {
      const key = this.#space(at);
      if (key >= this.#end || bytes[key] !== quote) return -1;
      const keyEnd = this.#string(key + 1);
      if (keyEnd < 0) return -1;
      // A key that is written with escapes must be found, too.
      const plain = this.#escaped ? unescape(bytes, key, keyEnd) : undefined;
      at = this.#space(keyEnd);
      if (at >= this.#end || bytes[at] !== 0x3a) return -1;
      const valueStart = this.#space(at + 1);
      const next =
        state === undefined
          ? undefined
          : plain
            ? step(state, plain, 0, plain.length)
            : step(state, bytes, key + 1, keyEnd - 1);
      const end = this.#value(valueStart, next, depth);
      if (end < 0) return -1;
      if (depth === 0) {
        const index = plain ? this.#find(plain, 0, plain.length) : this.#find(bytes, key + 1, keyEnd - 1);
        if (index >= 0) this.#found(index, key, valueStart, end);
      }
      at = this.#space(end);
      if (at >= this.#end) return -1;
      if (bytes[at] === 0x7d) return at + 1;
      if (bytes[at] !== 0x2c) return -1;
      at++;
    }
  }

  #found(key: number, start: number, valueStart: number, end: number): void {
    const member = this.members[this.memberCount++];
    if (member === undefined) {
      this.members.push({ key, start, valueStart, end });
      return;
    }
    member.key = key;
    member.start = start;
    member.valueStart = valueStart;
    member.end = end;
  }

  #array(at: number, state: RedactState | undefined, depth: number): number {
    const bytes = this.#bytes;
    at = this.#space(at);
    if (at < this.#end && bytes[at] === 0x5d) return at + 1;
    for (;;) {
      at = this.#value(this.#space(at), state, depth);
      if (at < 0) return -1;
      at = this.#space(at);
      if (at >= this.#end) return -1;
      if (bytes[at] === 0x5d) return at + 1;
      if (bytes[at] !== 0x2c) return -1;
      at++;
    }
  }

  /** From after the opening quotation mark. */
  #string(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    this.#escaped = false;
    for (;;) {
      while (at < end && ordinary[bytes[at] as number] === 1) at++;
      if (at >= end) return -1;
      if (bytes[at] === quote) return at + 1;
      if (bytes[at] !== backslash) return -1;
      this.#escaped = true;
      at = this.#escape(at + 1);
      if (at < 0) return -1;
    }
  }

  #escape(at: number): number {
    if (at >= this.#end) return -1;
    switch (this.#bytes[at]) {
      case quote:
      case backslash:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return at + 1;
      case 0x75:
        for (let digit = at + 1; digit <= at + 4; digit++)
          if (digit >= this.#end || !isHex(this.#bytes[digit] as number)) return -1;
        return at + 5;
      default:
        return -1;
    }
  }

  #number(at: number): number {
    const bytes = this.#bytes;
    if (bytes[at] === 0x2d) at++;
    const whole = at;
    at = this.#digits(at);
    if (at === whole || (bytes[whole] === 0x30 && at > whole + 1)) return -1;
    if (at < this.#end && bytes[at] === 0x2e) {
      const fraction = at + 1;
      at = this.#digits(fraction);
      if (at === fraction) return -1;
    }
    if (at < this.#end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
      at++;
      if (at < this.#end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
      const exponent = at;
      at = this.#digits(exponent);
      if (at === exponent) return -1;
    }
    return at;
  }

  #digits(at: number): number {
    const bytes = this.#bytes;
    while (at < this.#end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
    return at;
  }

  #word(at: number, word: string): number {
    if (at + word.length > this.#end) return -1;
    for (let index = 1; index < word.length; index++)
      if (this.#bytes[at + index] !== word.charCodeAt(index)) return -1;
    return at + word.length;
  }

  /** Which wanted key this is, or -1. */
  #find(bytes: Uint8Array, start: number, end: number): number {
    const candidates = this.#wanted[end - start];
    if (candidates === undefined) return -1;
    for (const { index, bytes: key } of candidates) if (same(bytes, start, key)) return index;
    return -1;
  }
}

interface WantedKey {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** 1 for bytes that may be in a string unescaped: all but control characters, quotation mark and backslash. */
const ordinary = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte !== quote && byte !== backslash ? 1 : 0,
);

/** The bytes of a key, its quotation marks included, without its escapes and quotation marks. */
const unescape = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  Buffer.from(
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()) as string,
  );

function step(state: RedactState, bytes: Uint8Array, start: number, end: number): RedactState | undefined {
  for (const key of state.keys)
    if (end - start === key.bytes.length && sameIgnoringCase(bytes, start, key.bytes)) return key.next;
  return state.other;
}

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

function same(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let index = 0; index < key.length; index++) if (bytes[start + index] !== key[index]) return false;
  return true;
}

/** @param key in lower case. */
function sameIgnoringCase(bytes: Uint8Array, start: number, key: Uint8Array): boolean {
  for (let index = 0; index < key.length; index++) {
    const byte = bytes[start + index] as number;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== key[index]) return false;
  }
  return true;
}
