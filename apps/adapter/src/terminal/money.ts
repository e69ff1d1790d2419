import { minorDigits, type Money } from '@shop/contracts';
import { formatDecimal } from '../mapping/decimal.ts';

/** An amount in major units, exactly: `19.99 EUR`, `5000 KRW`. */
export function formatMoney({ amount, currency }: Money): string {
  const scale = minorDigits(currency) ?? 0;
  return `${formatDecimal({ negative: amount < 0, digits: String(Math.abs(amount)), scale })} ${currency}`;
}
