import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatDecimal, parseDecimal, toMinorUnits, type DecimalFormat } from '../src/mapping/decimal.ts';

const german: DecimalFormat = { decimalSeparator: ',', groupSeparator: '.' };
const english: DecimalFormat = { decimalSeparator: '.', groupSeparator: ',' };
const units = (text: string, format: DecimalFormat, digits: number) => {
  const decimal = parseDecimal(text, format);
  return decimal && toMinorUnits(decimal, digits);
};

describe('decimals', () => {
  test.each<[string, DecimalFormat, number, number | string | undefined]>([
    ['1.249,00', german, 2, 124_900],
    ['1249,5', german, 2, 124_950],
    ['12,000', english, 0, 12_000],
    ['1.234', { decimalSeparator: '.' }, 3, 1234],
    ['0.07', english, 2, 7],
    ['007', english, 2, 700],
    ['-1.50', english, 2, -150],
    ['-0.00', english, 2, 0],
    ['+3', english, 2, 300],
    ['1 000,5', { decimalSeparator: ',', groupSeparator: ' ' }, 2, 100_050],
    ['0001250', { decimalSeparator: '.', impliedDecimals: 2 }, 2, 1250],
    ['0001200', { decimalSeparator: '.', impliedDecimals: 2 }, 0, 12],
    // Zeros below the smallest unit are not a fraction of it; anything else is.
    ['5.000', { decimalSeparator: '.' }, 0, 5],
    ['5.001', { decimalSeparator: '.' }, 0, 'too-fine'],
    ['19.999', english, 2, 'too-fine'],
    ['0.001', english, 2, 'too-fine'],
    ['9999999999999.99', english, 2, 999_999_999_999_999],
    ['99999999999999.99', english, 2, 'too-large'],
    ['0.1', english, 2, 10],
    ['1.23,4', german, 2, undefined],
    ['1,23,456', english, 2, undefined],
    ['1,2345', english, 2, undefined],
    ['1.2.3', english, 2, undefined],
    ['.5', english, 2, undefined],
    ['5.', english, 2, undefined],
    ['1e3', english, 2, undefined],
    ['', english, 2, undefined],
    ['12원', english, 0, undefined],
    ['１２', english, 0, undefined],
    ['12.5', { decimalSeparator: '.', impliedDecimals: 2 }, 2, undefined],
    ['9'.repeat(31), english, 0, undefined],
  ])('%s', (text, format, digits, expected) => {
    expect(units(text, format, digits)).toBe(expected);
  });

  test('agree with whole-number arithmetic, where floating point would not', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 999_999_999_999n), fc.nat(3), (amount, scale) => {
        const digits = amount.toString().padStart(scale + 1, '0');
        const text = scale === 0 ? digits : `${digits.slice(0, -scale)},${digits.slice(-scale)}`;
        expect(units(text, german, scale)).toBe(Number(amount));
        expect(units(text, german, 3)).toBe(Number(amount * 10n ** BigInt(3 - scale)));
        const parsed = parseDecimal(text, german);
        expect(parsed && formatDecimal(parsed)).toBe(text.replace(',', '.'));
      }),
    );
  });
});
