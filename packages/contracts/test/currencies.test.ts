import { describe, expect, test } from '@jest/globals';
import { currenciesAsOf, minorDigits, money } from '../src/index.ts';

describe('D2: the digits of a currency are those of ISO 4217, not of the runtime', () => {
  test.each([
    [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
    [3, 'BHD IQD JOD KWD LYD OMR TND'],
    [4, 'CLF UYW'],
    // Currencies for which CLDR has, or had, fewer digits.
    [2, 'AFN ALL COP CRC CZK HUF IDR IRR'],
    [2, 'KPW LAK LBP LKR MGA MMK MRU PKR RSD SLE SOS SYP TWD TZS UZS YER ZWG'],
    [2, 'EUR USD GBP CHF CNY INR XCG XAD STN VED'],
  ])('%d: %s', (digits, codes) => {
    for (const code of codes.split(' ')) expect([code, minorDigits(code)]).toEqual([code, digits]);
  });

  test.each(['XAU', 'XXX', 'XTS', 'XDR', 'XBA', 'DEM', 'ZZZ', 'eur', 'EURO', '', 'constructor'])(
    '%j has no minor unit, so that no price can be in it',
    (currency) => {
      expect(minorDigits(currency)).toBeUndefined();
      expect(money.safeParse({ amount: 1, currency }).success).toBe(false);
    },
  );

  test('a price of before the currency was withdrawn is still a price', () => {
    for (const currency of 'ANG BGN CUC HRK SLL ZWL'.split(' '))
      expect([minorDigits(currency), money.safeParse({ amount: 1, currency }).success]).toEqual([2, true]);
  });

  test('what the runtime knows as a currency of today is in the table', () => {
    const unknown = Intl.supportedValuesOf('currency').filter((code) => minorDigits(code) === undefined);
    // No minor units: the International Monetary Fund's and Latin America's units of account.
    expect(unknown).toEqual(['XDR', 'XSU']);
    expect(currenciesAsOf).toBe('2026-01-01');
  });
});
