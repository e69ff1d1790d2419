import { z } from 'zod';
import { currencies, minorDigits } from './currencies.ts';
import { integer } from './numbers.ts';

const maxAmount = 999_999_999_999;
const amountMessage = `must be a whole number of minor units (cents, won) from 0 to ${maxAmount}`;

/** An amount without fractions, so without rounding: 1999 EUR is 19.99 €, 5000 KRW is 5000 ₩. */
export const money = z
  .strictObject({
    amount: integer(0, maxAmount, amountMessage).meta({
      description: 'In minor units of the currency',
      example: 1999,
    }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a currency code of ISO 4217 in capitals, for example EUR')
      .refine(
        (code) => !/^[A-Z]{3}$/.test(code) || minorDigits(code) !== undefined,
        'is not a currency of ISO 4217',
      )
      .meta({ description: 'ISO 4217', example: 'EUR', enum: [...currencies] }),
  })
  .meta({ id: 'Money' });
export type Money = z.output<typeof money>;
