/** Redacts text that is no JSON, where paths say nothing: what follows a name that ends a path is cut. */
export type RawRedaction = (text: string) => string;

const escapeForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const quoted = String.raw`"(?:[^"\\]|\\[\s\S])*(?:"|$)`;
/** JSON inside of a JSON string. */
const quotedWithin = String.raw`\\+"(?:(?!\\+")[\s\S])*(?:\\+"|$)`;
const unquoted = String.raw`[^\s"\\][^\n]*`;

/**
 * Covers a line of JSON that was cut off, where the secret stands like `"authorization":"Bearer abc`, JSON inside of JSON
 * (`\"authorization\":\"…\"`) and `authorization: Bearer abc`; text without quotation marks is cut up to the end of its line.
 */
export function createRawRedaction(paths: readonly string[], censor: string): RawRedaction {
  const names = new Set(paths.map((path) => path.split('.').at(-1) ?? '*').filter((name) => name !== '*'));
  if (names.size === 0) return (text) => text;
  const name = String.raw`(?<![\w-])(?:${[...names].map(escapeForRegExp).join('|')})\\*"?[^\S\n]*[:=][^\S\n]*`;
  const pattern = new RegExp(`(${name})(?:${quoted}|${quotedWithin}|${unquoted})`, 'gi');
  return (text) => text.replace(pattern, (_match, before: string) => before + censor);
}
