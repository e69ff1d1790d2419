import type { JsonScanner, Member } from './json-scanner.ts';
import type { ByteBuilder } from './output.ts';

/** Where a line comes from: which pod of which app. What is unknown is left out. */
export interface Origin {
  readonly pod?: string | undefined;
  readonly node?: string | undefined;
  readonly namespace?: string | undefined;
  readonly app?: string | undefined;
  readonly version?: string | undefined;
}

/** The member with the file and the position of the line. */
export const positionKey = 'log';
/** The member that keeps the app's own values of the names that the sidecar uses. */
const originalKey = 'original';

/**
 * The members that every line gets, as bytes ready to go before a line's last brace. `keys` lists their names: what an
 * app itself wrote under one of them moves to another place.
 */
export class Enrichment {
  readonly keys: readonly string[];
  readonly #values: readonly Buffer[];
  readonly #members: readonly string[];
  readonly #variants = new Map<number, Buffer>();

  constructor(origin: Origin) {
    const fields = (['pod', 'node', 'namespace', 'app', 'version'] as const).flatMap((name) => {
      const value = origin[name];
      return value === undefined ? [] : [[name, JSON.stringify(value)] as const];
    });
    this.#values = fields.map(([, json]) => Buffer.from(json));
    this.#members = fields.map(([name, json]) => `,"${name}":${json}`);
    this.keys = [...fields.map(([name]) => name), positionKey, originalKey];
  }

  /** Whether the line already has the sidecar's value for a key, as most have for `app`: then nothing is to be done. */
  says(key: number, bytes: Buffer, start: number, end: number): boolean {
    const value = this.#values[key];
    return value !== undefined && end - start === value.length && value.compare(bytes, start, end) === 0;
  }

  /** All members except those whose bit is set in `without`, each with a comma before it. */
  members(without = 0): Buffer {
    let members = this.#variants.get(without);
    if (!members) {
      members = Buffer.from(this.#members.filter((_, key) => (without & (1 << key)) === 0).join(''));
      this.#variants.set(without, members);
    }
    return members;
  }
}

const comma = Buffer.from(',');
const brace = Buffer.from('{');

/**
 * Writes the object that the scanner has just read, without its last brace: redacted, with the members of the
 * enrichment, and with the app's own values of those names under `original`. Everything else stays byte for byte.
 */
export function writeJsonRecord(
  out: ByteBuilder,
  bytes: Buffer,
  scanner: JsonScanner,
  enrichment: Enrichment,
  censor: Buffer,
): void {
  let alreadySaid = 0;
  let displaced = false;
  for (let index = 0; index < scanner.memberCount; index++) {
    const { key, valueStart, end } = scanner.members[index] as Member;
    if (key >= enrichment.keys.length) continue;
    if ((alreadySaid & (1 << key)) === 0 && enrichment.says(key, bytes, valueStart, end))
      alreadySaid |= 1 << key;
    else displaced = true;
  }
  if (displaced) return writeWithOriginal(out, bytes, scanner, enrichment, censor);
  const start = out.length;
  writeRedacted(out, bytes, scanner.redactions, censor, scanner.open, scanner.close);
  writeMembers(out, enrichment.members(alreadySaid), start);
}

function writeRedacted(
  out: ByteBuilder,
  bytes: Buffer,
  redactions: readonly number[],
  censor: Buffer,
  from: number,
  to: number,
): void {
  for (let index = 0; index < redactions.length; index += 2) {
    const start = redactions[index] as number;
    if (start < from || start >= to) continue;
    out.append(bytes, from, start);
    out.append(censor);
    from = redactions[index + 1] as number;
  }
  out.append(bytes, from, to);
}

/** The members begin with a comma, which an object without any must not have. */
function writeMembers(out: ByteBuilder, members: Buffer, objectStart: number): void {
  if (members.length > 0) out.append(members, isEmpty(out, objectStart) ? 1 : 0);
}

/** Whether only an opening brace, and perhaps white space, has been written. */
export function isEmpty(out: ByteBuilder, objectStart: number): boolean {
  for (let at = out.length - 1; at > objectStart; at--) if ((out.bytes[at] as number) > 32) return false;
  return true;
}

/** This case is rare, so the code is written for clarity. A key that is there twice is removed twice. */
function writeWithOriginal(
  out: ByteBuilder,
  bytes: Buffer,
  scanner: JsonScanner,
  enrichment: Enrichment,
  censor: Buffer,
): void {
  const start = out.length;
  const displaced = scanner.members
    .slice(0, scanner.memberCount)
    .filter(({ key }) => key < enrichment.keys.length);
  out.append(brace);
  let from = scanner.open + 1;
  const between = [...displaced.map((member) => member.start), scanner.close];
  between.forEach((to, index) => {
    writePiece(out, bytes, scanner, censor, from, to, start);
    from = displaced[index]?.end ?? to;
  });
  writeMembers(out, enrichment.members(), start);
  out.text(`${isEmpty(out, start) ? '' : ','}"${originalKey}":{`);
  displaced.forEach((member: Member, index) => {
    if (index > 0) out.append(comma);
    writeRedacted(out, bytes, scanner.redactions, censor, member.start, member.end);
  });
  out.text('}');
}

/** The members between two displaced ones, without the commas around them. */
function writePiece(
  out: ByteBuilder,
  bytes: Buffer,
  scanner: JsonScanner,
  censor: Buffer,
  from: number,
  to: number,
  objectStart: number,
): void {
  while (from < to && isSeparator(bytes[from] as number)) from++;
  while (to > from && isSeparator(bytes[to - 1] as number)) to--;
  if (from === to) return;
  if (!isEmpty(out, objectStart)) out.append(comma);
  writeRedacted(out, bytes, scanner.redactions, censor, from, to);
}

const isSeparator = (byte: number): boolean => byte <= 32 || byte === 44;
