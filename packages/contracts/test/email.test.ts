import { expect, test } from '@jest/globals';
import { userContent } from '../src/index.ts';

const problemsWith = (email: string): string[] =>
  (userContent.safeParse({ name: 'Ann', email }).error?.issues ?? []).map(({ message }) => message);

test.each([
  'ann@example.com',
  'a.b+c@shop.example.co.kr',
  'a&b@example.com',
  'user/dept@example.com',
  "o'neil@example.com",
  "!#$%&'*+-/=?^_`{|}~@example.com",
  'ann@xn--bcher-kva.example',
  'ann@xn--2j1bv19a.xn--3e0b707e',
  'ann@1.example',
  'ann@localhost',
  `${'a'.repeat(64)}@example.com`,
  `ann@${'a'.repeat(63)}.com`,
])('S8: %s is an e-mail address', (email) => expect(problemsWith(email)).toEqual([]));

test.each([
  ['nothing', ''],
  ['no @', 'ann'],
  ['no domain', 'ann@'],
  ['no local part', '@example.com'],
  ['a space', 'a b@example.com'],
  ['a space around it', ' ann@example.com'],
  ['a line break after it', 'ann@example.com\n'],
  ['two @', 'a@b@example.com'],
  ['a dot at the start of the local part', '.ann@example.com'],
  ['a dot at its end', 'ann.@example.com'],
  ['two dots in it', 'a..b@example.com'],
  ['a quoted local part', '"ann"@example.com'],
  ['a label that ends in a hyphen', 'a@example-.com'],
  ['one that begins with a hyphen', 'a@-example.com'],
  ['a last label that ends in a hyphen', 'a@example.com-'],
  ['an empty label', 'a@example..com'],
  ['a dot at the end', 'a@example.com.'],
  ['an underscore in the domain', 'a@my_shop.com'],
  ['an address literal', 'a@[127.0.0.1]'],
  ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
  ['a local part of 65 characters with dots', `${'a'.repeat(32)}.${'b'.repeat(32)}@example.com`],
  ['a label of 64 characters', `a@${'b'.repeat(64)}.com`],
  ['more than 254 characters', `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}`],
  ['a local part beyond ASCII', 'ännchen@example.com'],
])('S8: with %s it is none', (_what, email) => expect(problemsWith(email)).not.toEqual([]));

test.each(['ann@bücher.example', 'ann@다원.한국'])(
  'S8: %s is refused: its domain must be in ASCII form',
  (email) =>
    expect(problemsWith(email)).toEqual([expect.stringMatching(/^must have its domain in ASCII form/)]),
);

test.each(['ännchen', 'ännchen@example.com', 'ann@'])('S8: %s is refused with an example', (email) =>
  expect(problemsWith(email)).toEqual(['must be an e-mail address, for example ann@example.com']),
);

test.each([['@'], ['a@'], ['a.'], ['a@a-'], ['a@a.']])(
  '%s over and over costs time in proportion to its length',
  // An expression that starts again at each of them would need minutes.
  (piece) => expect(problemsWith(piece.repeat(500_000))).not.toEqual([]),
);
