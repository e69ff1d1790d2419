/**
 * The members of a field that is a list (RFC 9110, section 5.6.1), without the space around them and without empty ones.
 * For fields whose members have no quoted strings.
 */
export const listMembers = (field: string): string[] =>
  field
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
