/** Decimal numbers as digits: money never becomes a floating point number, so nothing is ever rounded. */

/** 12.50 is `{ digits: '1250', scale: 2 }`. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  /** How many of the digits are behind the separator. */
  readonly scale: number;
}

/** A space also stands for every Unicode space, and an apostrophe for the typographic apostrophe. */
export const groupSeparators = ['.', ',', ' ', "'"] as const;
export type GroupSeparator = (typeof groupSeparators)[number];
const variants: Readonly<Record<GroupSeparator, RegExp>> = {
  '.': /\./,
  ',': /,/,
  // Zs: among others U+00A0, U+202F and U+2009, which programs put between thousands so that no line ends there.
  ' ': /\p{Zs}/u,
  "'": /['\u2019]/,
};

/** The separator that a character is, or is a variant of. */
export const groupSeparatorOf = (character: string): GroupSeparator | undefined =>
  character.length === 1
    ? groupSeparators.find((separator) => variants[separator].test(character))
    : undefined;

export interface DecimalFormat {
  readonly decimalSeparator: '.' | ',';
  /** Between groups of three digits; numbers without groups are read all the same. */
  readonly groupSeparator?: GroupSeparator | undefined;
  /** Where the separator is left out because its place is fixed: 2 makes 12.50 of `0001250`. */
  readonly impliedDecimals?: number | undefined;
}

const maxDigits = 30;

/** @returns undefined for what is not a number in this format. A group separator must part groups of three. */
export function parseDecimal(text: string, format: DecimalFormat): Decimal | undefined {
  const match = /^([+-]?)(.*)$/s.exec(text.trim());
  const body = match?.[2] ?? '';
  if (format.impliedDecimals !== undefined) {
    if (!/^\d+$/.test(body) || body.length > maxDigits) return undefined;
    return { negative: match?.[1] === '-', digits: body, scale: format.impliedDecimals };
  }
  const parts = body.split(format.decimalSeparator);
  const whole = ungroup(parts[0] ?? '', format.groupSeparator);
  const fraction = parts[1] ?? '';
  if (parts.length > 2 || whole === undefined || (parts.length === 2 && !/^\d+$/.test(fraction)))
    return undefined;
  const digits = whole + fraction;
  return digits.length > maxDigits
    ? undefined
    : { negative: match?.[1] === '-', digits, scale: fraction.length };
}

function ungroup(text: string, separator: GroupSeparator | undefined): string | undefined {
  if (/^\d+$/.test(text)) return text;
  if (separator === undefined) return undefined;
  const [first = '', ...groups] = text.split(variants[separator]);
  const wellGrouped = /^\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
  return wellGrouped ? first + groups.join('') : undefined;
}

/**
 * @param minorDigits of the currency: 0 for won, 2 for euro, 3 for dinar.
 * @returns whole minor units, exactly; `too-fine` where the number has a part below them, `too-large` where a number
 * could not hold it exactly.
 */
export function toMinorUnits(
  { negative, digits, scale }: Decimal,
  minorDigits: number,
): number | 'too-fine' | 'too-large' {
  const excess = Math.max(0, scale - minorDigits);
  const padded = digits.padStart(excess, '0');
  const cut = padded.length - excess;
  if (/[1-9]/.test(padded.slice(cut))) return 'too-fine';
  const units =
    (padded.slice(0, cut) + '0'.repeat(Math.max(0, minorDigits - scale))).replace(/^0+/, '') || '0';
  if (units.length > 15) return 'too-large';
  return units === '0' ? 0 : Number(negative ? `-${units}` : units);
}

/** For messages. */
export function formatDecimal({ negative, digits, scale }: Decimal): string {
  const padded = digits.padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '');
  return (negative ? '-' : '') + whole + (scale > 0 ? `.${padded.slice(-scale)}` : '');
}
