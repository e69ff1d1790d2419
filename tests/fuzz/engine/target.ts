/** What a fuzz target is, and what it finds. */
import type { Random } from './random.ts';

export interface Target {
  /** Also the folder of its corpus. */
  readonly name: string;
  readonly maxBytes: number;
  /** What its inputs are made of, for mutations. */
  readonly tokens: readonly (string | Buffer)[];
  /**
   * Makes a whole input by its structure. It is run unchanged, and so may carry expectations that a mutated one could
   * not.
   */
  generate(random: Random): Buffer;
  open(): Promise<Subject>;
}

/** The program under test, running. */
export interface Subject extends AsyncDisposable {
  /** @throws {Finding} for what it should not do; anything else that is thrown is a crash. */
  run(input: Buffer): void | Promise<void>;
}

/** A finding of one `kind` is written once, also when several inputs show it. */
export class Finding extends Error {
  override readonly name = 'Finding';
  readonly kind: string;
  /** What is left out while the input is made smaller: any bytes, or nothing, where an input says what must come of it. */
  readonly pieces: 'bytes' | 'none';

  constructor(kind: string, detail: string, pieces: 'bytes' | 'none' = 'bytes') {
    super(detail);
    this.kind = kind;
    this.pieces = pieces;
  }
}

/** @throws {Finding} unless both are the same JSON. */
export function expectSame(kind: string, what: string, left: unknown, right: unknown): void {
  // An object, because an empty text is not JSON.
  const [one, other] = [JSON.stringify({ left }), JSON.stringify({ left: right })];
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 100), at + 200);
  throw new Finding(kind, `${what}:\n  ${around(one)}\n  ${around(other)}`);
}
