/**
 * The adapter's decoder: it names the place of all bytes that are not a character, and never cuts within a character.
 */
import { encode } from '../../../apps/adapter/test/support/encode.ts';
import {
  decode,
  encodingNames,
  lastCut,
  type EncodingName,
} from '../../../apps/adapter/src/formats/encoding.ts';
import { hashOf, Random } from '../engine/random.ts';
import { expectSame, Finding, type Target } from '../engine/target.ts';

const samples = [
  'Tea',
  '녹차',
  '똠방각하 햅쌀',
  'é ü ß €',
  '漢字',
  '😀',
  '<a b="c">',
  ';"x";\n',
  ' 0123 ',
  '\uFFFD',
  'ÿþ',
];
const codecs: Readonly<Record<EncodingName, string>> = {
  'utf-8': 'utf8',
  'euc-kr': 'euckr',
  'windows-1252': 'windows1252',
  'iso-8859-15': 'iso885915',
};

const belowLetters = (text: string): string => text.replace(/[^\0-\x3F]/g, '');

function check(input: Buffer, encoding: EncodingName): void {
  const { text, faults } = decode(input, encoding, 0);
  const cut = lastCut(input.subarray(0, new Random(hashOf(input)).below(input.length + 1)));
  const [first, second] = [
    decode(input.subarray(0, cut), encoding, 0),
    decode(input.subarray(cut), encoding, cut),
  ];
  const moved = second.faults.map(({ index, detail }) => ({ index: index + first.text.length, detail }));
  const joined = { text: first.text + second.text, faults: [...first.faults, ...moved] };
  expectSame(
    `cut-${encoding}`,
    `cut at byte ${cut}, the text or its faults differ`,
    { text, faults },
    joined,
  );
  let before = -1;
  for (const { index } of faults) {
    if (index <= before || text[index] !== '\uFFFD')
      throw new Finding(
        `fault-${encoding}`,
        `a fault at ${index}, where the text has ${JSON.stringify(text[index])}`,
      );
    before = index;
  }
  // An ASCII byte has the same meaning everywhere: readers look for tags and line ends by it.
  expectSame(
    `ascii-${encoding}`,
    'bytes below 0x40 are lost or made up',
    belowLetters(input.toString('latin1')),
    belowLetters(text),
  );
  if (encoding === 'utf-8')
    expectSame(
      'utf-8',
      'finds faults in valid UTF-8, or none in other bytes',
      isUtf8(input),
      faults.length === 0,
    );
  else if (faults.length === 0 && encoding === 'euc-kr' && !text.includes('\uFFFD'))
    expectSame(
      'euc-kr',
      'encoding the decoded text gives other bytes',
      input.toString('hex'),
      encode(text, codecs[encoding]).toString('hex'),
    );
}

function isUtf8(input: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(input);
    return true;
  } catch {
    return false;
  }
}

export const encodings: Target = {
  name: 'encodings',
  maxBytes: 1024,
  tokens: [
    ...samples,
    ...[
      [0xc8],
      [0xff],
      [0x80],
      [0xb0, 0xa1],
      [0xc8, 0x41],
      [0xfe, 0xfe],
      [0xa1],
      [0xf0, 0x9f],
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xef, 0xbb, 0xbf],
      [0xef, 0xbf, 0xbd],
    ].map((bytes) => Buffer.from(bytes)),
  ],
  generate(random) {
    const codec = random.pick(Object.values(codecs));
    const pieces = Array.from({ length: random.between(1, 30) }, () =>
      random.once(6)
        ? Buffer.from(Array.from({ length: random.between(1, 4) }, () => random.between(0x80, 0xff)))
        : encode(random.pick(samples), codec),
    );
    return Buffer.concat(pieces);
  },
  open: async () => ({
    run(input) {
      for (const encoding of encodingNames) check(input, encoding);
    },
    [Symbol.asyncDispose]: async () => {},
  }),
};
