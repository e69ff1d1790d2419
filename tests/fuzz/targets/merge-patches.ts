/** The services' body parser and merge patch, compared with a second implementation of RFC 7396. */
import { isDeepStrictEqual } from 'node:util';
import { productContent, userContent } from '@shop/contracts';
import { HttpProblem } from '@shop/http-errors';
import { parseJson } from '../../../packages/service/src/http/json.ts';
import { mergePatch } from '../../../packages/service/src/resource/merge-patch.ts';
import type { Random } from '../engine/random.ts';
import { expectSame, Finding, type Target } from '../engine/target.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Document and patch are two lines. */
const lineFeed = 0x0a;

/** Section 2 of the RFC, with maps: so nothing inherited from an object can get into the result. */
function reference(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const members = new Map<string, unknown>(
    typeof target === 'object' && target !== null && !Array.isArray(target) ? Object.entries(target) : [],
  );
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) members.delete(name);
    else members.set(name, reference(members.get(name), value));
  }
  return Object.fromEntries(members);
}

function parsed(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: parseJson(bytes) };
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status !== 400) throw error;
    return undefined;
  }
}

/** @returns nothing for what JSON.parse refuses. */
function plainlyParsed(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bytes.toString().replace(/^\uFEFF/, '')) as unknown };
  } catch {
    return undefined;
  }
}

function run(input: Buffer): void {
  const cut = input.indexOf(lineFeed);
  const [document, patch] = [input.subarray(0, Math.max(0, cut)), input.subarray(cut + 1)].map((bytes) => {
    const strict = parsed(bytes);
    if (strict)
      expectSame('parsing', 'JSON.parse gives another value', strict.value, plainlyParsed(bytes)?.value);
    return strict;
  });
  if (!document || !patch) return;
  const before = JSON.stringify([document.value, patch.value]);
  const merged = mergePatch(document.value, patch.value);
  const expected = reference(document.value, patch.value);
  if (!isDeepStrictEqual(merged, expected))
    throw new Finding('merge', `${JSON.stringify(merged)} instead of ${JSON.stringify(expected)}`);
  expectSame(
    'arguments',
    'the merge has changed its arguments',
    before,
    JSON.stringify([document.value, patch.value]),
  );
  const again = mergePatch(merged, patch.value);
  if (!isDeepStrictEqual(again, merged))
    throw new Finding('again', 'the same patch changes it a second time');
  for (const name in {}) throw new Finding('prototype', `all objects have ${name} now`);
  for (const schema of [productContent, userContent]) {
    const outcome = schema.safeParse(merged);
    // A result that is valid stays valid, and the same.
    if (outcome.success && !isDeepStrictEqual(schema.safeParse(outcome.data).data, outcome.data))
      throw new Finding('contract', `it is read as another one: ${JSON.stringify(outcome.data)}`);
  }
}

const names = [
  'sku',
  'name',
  'price',
  'amount',
  'currency',
  'stock',
  'sellerId',
  'a',
  '',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'é',
  '0',
  '1',
];
const scalars: Json[] = [
  null,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  1e21,
  '',
  'x',
  'EUR',
  'TEA-1',
  '\u0000',
  '\uD800',
  '01890a5d-ac96-774b-bcce-b302099a8057',
];

function json(random: Random, depth: number): Json {
  if (depth === 0 || random.once(3)) return random.pick(scalars);
  if (random.once(4)) return Array.from({ length: random.below(4) }, () => json(random, depth - 1));
  const object: { [name: string]: Json } = {};
  for (let count = random.below(5); count > 0; count -= 1)
    Object.defineProperty(object, random.pick(names), {
      value: json(random, depth - 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return object;
}

const product = (random: Random): Json => ({
  sku: 'TEA-1',
  name: '녹차',
  price: { amount: random.below(1000), currency: random.pick(['EUR', 'KRW', 'XXX']) },
  stock: random.below(10),
  sellerId: '01890a5d-ac96-774b-bcce-b302099a8057',
});

export const mergePatches: Target = {
  name: 'merge-patches',
  maxBytes: 32 * 1024,
  tokens: [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    'null',
    'true',
    '-0',
    '1e999',
    '0x1',
    '"__proto__":',
    '"constructor":{"prototype":',
    '{"a":',
    '\n',
    '\uFEFF',
    '\u2028',
    ...names.map((name) => JSON.stringify(name)),
    Buffer.of(0xff),
  ],
  generate(random) {
    const document = random.once(2) ? product(random) : json(random, 4);
    return Buffer.from(`${JSON.stringify(document)}\n${JSON.stringify(json(random, 5))}`);
  },
  open: async () => ({ run, [Symbol.asyncDispose]: async () => {} }),
};
