/** The redaction of the apps' own log lines: no address is left, nothing else is lost, JSON stays JSON. */
import { scrub } from '../../../packages/logging/src/scrub.ts';
import type { Random } from '../engine/random.ts';
import { expectSame, Finding, type Target } from '../engine/target.ts';
import { attackLines } from '@shop/testing/attack-lines';

const canary = 'qzsecretqz';
const separators = [' ', ',', ';', '<', '>', '(', '[', '"', '\t', '{"a":"', '\\"', ': '];
const around = [
  'GET /product?q=',
  'user ',
  'http://',
  'name@1.2.3 ',
  '@scope/name',
  '%40',
  '\\u0040',
  '&#64;',
  '녹차',
  '\\\\',
  '/',
  '=',
  'a.b',
  '@@',
  '"@',
];

/** An address with the canary as its local part or in it, between what ends an address on either side. */
const address = (random: Random): string =>
  `${random.pick([canary, `${canary}.x`, `a+${canary}`])}${random.pick(['@', '@', '%40', '\\u0040'])}${random.pick(['example.com', 'shop.example.co.kr', 'b.co'])}`;

function run(input: Buffer): void {
  const line = input.toString();
  const scrubbed = scrub(line);
  if (!line.includes('@') && !/%|&|u0040|\uFF20|\uFE6B/i.test(line))
    expectSame('unchanged', 'a line without an address is changed', line, scrubbed);
  // In a line that begins as JSON and is not JSON, the end of an escape sequence is unknown.
  const known = !line.startsWith('{') || isJson(line);
  if (known && /(?<!\\)\w@[a-z]+\.[a-z]{2,}(?![\w@%\\&.-])/.test(scrubbed))
    throw new Finding('left', `an address is left: ${JSON.stringify(scrubbed.slice(0, 300))}`);
  if (line.startsWith('canary:') && scrubbed.includes(canary))
    throw new Finding('canary', `the address is left: ${JSON.stringify(scrubbed.slice(0, 300))}`);
  if (isJson(line) && !isJson(scrubbed))
    throw new Finding('json', `it is JSON no longer: ${JSON.stringify(scrubbed.slice(0, 300))}`);
}

function isJson(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export const scrubbing: Target = {
  name: 'scrubbing',
  maxBytes: 16 * 1024,
  tokens: [
    ...separators,
    ...around,
    'a@b.co',
    'example.com',
    '@',
    '.',
    '-',
    '[email]',
    '://',
    '\u3000',
    '\uFF20',
    '\u00A0',
    '\uD800',
  ],
  generate(random) {
    if (random.once(8))
      return Buffer.from(random.pick(Object.values(attackLines))(random.pick([100, 2000, 16_384])));
    const parts = Array.from(
      { length: random.between(0, 6) },
      () => random.pick(around) + random.pick(separators),
    );
    const text = `${parts.join('')}${random.pick([' ', '<', '('])}${address(random)}${random.pick(['', ' ', '>', ')', ', next'])}`;
    return Buffer.from(random.once(2) ? `canary: ${text}` : JSON.stringify({ level: 'info', msg: text }));
  },
  open: async () => ({ run, [Symbol.asyncDispose]: async () => {} }),
};
