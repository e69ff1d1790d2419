import { z } from 'zod';

/** RFC 5322, section 3.2.3. */
const atext = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
/** RFC 1035, section 2.3.4: at most 63 octets; RFC 1123, section 2.1: a digit may come first. */
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const shape = `^${atext}+(?:\\.${atext}+)*@${label}(?:\\.${label})*$`;
/** RFC 5321, section 4.5.3.1.1. */
const shortLocalPart = '^[^@]{1,64}@';

const shapeExpression = new RegExp(shape);
const shortLocalPartExpression = new RegExp(shortLocalPart);
const isEmail = (value: string): boolean =>
  shortLocalPartExpression.test(value) && shapeExpression.test(value);

/** Whether something beyond ASCII comes after the last @. */
function hasForeignDomain(value: string): boolean {
  const at = value.lastIndexOf('@');
  return at >= 0 && /[\u0080-\uffff]/.test(value.slice(at));
}

const wrong = 'must be an e-mail address, for example ann@example.com';
const notAscii =
  'must have its domain in ASCII form (RFC 5890), for example ann@xn--bcher-kva.example for ann@bücher.example';

/**
 * An e-mail address that both an HTML form (WHATWG, "valid e-mail address") and `format: email` (RFC 5321, Mailbox)
 * accept. So there is no quoted local part and no address literal (WHATWG accepts neither), no dot at an end of the
 * local part or beside another dot (RFC 5321), and an internationalised domain is in its ASCII form, as browsers send
 * it.
 */
export const email = z
  .string()
  .refine(isEmail, { error: ({ input }) => (hasForeignDomain(String(input)) ? notAscii : wrong) })
  .max(254, 'must have at most 254 characters')
  .meta({
    description: 'Unique; upper and lower case are the same',
    example: 'ann@example.com',
    format: 'email',
    pattern: shape,
    allOf: [{ pattern: shortLocalPart }],
  });
