/**
 * Lines of a given length that make a slow redaction read them over and over: many beginnings of something that never
 * ends. For tests, with long lines, and for `npm run bench:scrub`.
 */
export const attackLines: Readonly<Record<string, (length: number) => string>> = {
  'a local part without a domain': (length) => `${'a'.repeat(length - 1)}@`,
  'local parts without a domain': (length) => fill('a@', length),
  'at signs': (length) => fill('@', length),
  'domains without a top level': (length) => fill('a.@', length),
  'a domain of short labels': (length) => `a@${fill('.a', length - 2)}`,
  'a version without end': (length) => `a@${fill('1.', length - 2)}`,
  addresses: (length) => fill('a@b.co,', length),
  'credentials of URLs': (length) => fill('://a:b@', length),
  'schemes of URLs': (length) => `${fill('a://', length - 1)}@`,
  'quoted local parts': (length) => fill('"@', length),
  'a quotation without end': (length) => `"${fill('a ', length - 3)}"@`,
  'address literals without end': (length) => fill('a@[', length),
  'encoded at signs': (length) => fill('%40', length),
  'half an encoded at sign': (length) => `@${fill('%25', length - 1)}`,
  'percent signs': (length) => `@%${fill('25', length - 2)}`,
  'entities without end': (length) => `@&#${fill('0', length - 3)}`,
  backslashes: (length) => `@${fill('\\', length - 1)}`,
  'backslashes before an at sign': (length) => `${fill('\\', length - 1)}@`,
  'a name, a quotation mark and backslashes': (length) => `password:\\"${fill('\\', length - 11)}`,
  'a name and a quotation without end': (length) => `password:"${fill('a', length - 10)}`,
  'a name over and over': (length) => fill('password:', length),
  'a name and blanks': (length) => fill('password ', length),
  blanks: (length) => `@${fill(' ', length - 1)}`,
  brackets: (length) => fill('{[', length),
};

const fill = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
