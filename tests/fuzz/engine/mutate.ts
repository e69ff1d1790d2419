import type { Random } from './random.ts';

type Mutation = (bytes: Buffer, random: Random, parts: Parts) => Buffer;

interface Parts {
  /** What inputs of this kind are made of. */
  readonly tokens: readonly (string | Buffer)[];
  /** Another input. */
  readonly other: Buffer;
}

const numbers = [
  '0',
  '-1',
  '1',
  '00',
  '+1',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
  '1e3',
  'ff',
];

const splice = (bytes: Buffer, start: number, end: number, between: Buffer | string): Buffer =>
  Buffer.concat([bytes.subarray(0, start), Buffer.from(between as string), bytes.subarray(end)]);

/** A range of at most so many bytes. */
function range(bytes: Buffer, random: Random, longest: number): readonly [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + 1 + random.below(longest))];
}

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const [start, end] = range(bytes, random, 1);
    return splice(bytes, start, end, Buffer.of(random.below(256)));
  },
  (bytes, random) => {
    const [start, end] = range(bytes, random, 1);
    return splice(bytes, start, end, Buffer.of((bytes[start] ?? 0) ^ (1 << random.below(8))));
  },
  (bytes, random) => {
    const [start, end] = range(bytes, random, random.once(3) ? 200 : 8);
    return splice(bytes, start, end, '');
  },
  (bytes, random, { tokens }) => {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at, Buffer.from(random.pick(tokens) as string));
  },
  (bytes, random, { tokens }) => {
    const [start, end] = range(bytes, random, 12);
    return splice(bytes, start, end, Buffer.from(random.pick(tokens) as string));
  },
  // Repeats a token, so that code with more than linear time becomes slow.
  (bytes, random, { tokens }) => {
    const at = random.below(bytes.length + 1);
    const [start, end] = range(bytes, random, 8);
    const piece = random.once(2) ? Buffer.from(random.pick(tokens) as string) : bytes.subarray(start, end);
    const count = 2 ** random.between(1, 13);
    return splice(bytes, at, at, Buffer.concat(Array.from({ length: count }, () => piece)));
  },
  (bytes, random) => {
    const [start, end] = range(bytes, random, 200);
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at, bytes.subarray(start, end));
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random, { other }) => {
    const [start, end] = range(other, random, 400);
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at, other.subarray(start, end));
  },
  (bytes, random, { other }) =>
    Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]),
  // Replaces a number by another one.
  (bytes, random) => {
    const found = [...bytes.toString('latin1').matchAll(/\d+/g)];
    if (found.length === 0) return bytes;
    const { index, 0: digits } = random.pick(found);
    return splice(bytes, index, index + digits.length, random.pick(numbers));
  },
];

/** The bytes, changed in one to eight places. */
export function mutate(bytes: Buffer, random: Random, parts: Parts, maxBytes: number): Buffer {
  let result = bytes;
  for (let count = random.once(2) ? 1 : random.between(2, 8); count > 0; count -= 1)
    result = random.pick(mutations)(result, random, parts).subarray(0, maxBytes);
  // Not a view of a corpus entry.
  return Buffer.from(result);
}
