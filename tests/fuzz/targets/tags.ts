import type { Random } from '../engine/random.ts';

/** Marks an input that is known to be damaged in one record only. Mutations of it lose this meaning. */
export const mark = 'one-damage';

/** In a CSV it stands in a column that the mapping does not use. */
export const hasMark = (input: Buffer): boolean => input.subarray(0, 200).includes(mark);

const checked = (digits: number): string => `${digits}${String((digits * 7919 + 13) % 97).padStart(2, '0')}`;

/** Six digits that belong to one record. The last two check the others: a digit that was damaged makes no other tag. */
export const tag = (random: Random): string => checked(random.between(1000, 9999));

export const isTag = (digits: string): boolean =>
  /^\d{6}$/.test(digits) && !digits.startsWith('0') && checked(Number(digits.slice(0, 4))) === digits;
