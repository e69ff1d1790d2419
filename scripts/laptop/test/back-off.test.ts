import { expect, test } from '@jest/globals';
import { BackOff } from '../back-off.ts';

test('the first restart is immediate, later ones take longer, up to a bound', () => {
  const backOff = new BackOff();
  const pauses = Array.from({ length: 8 }, () => backOff.after(100));
  expect(pauses).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test('a program that ran well for a while is restarted at once again', () => {
  const backOff = new BackOff();
  expect([backOff.after(100), backOff.after(100)]).toEqual([0, 500]);
  expect([backOff.after(60_000), backOff.after(100)]).toEqual([0, 500]);
});
