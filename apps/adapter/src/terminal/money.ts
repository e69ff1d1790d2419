import type { Money } from '@shop/contracts';
import { formatDecimal } from '../mapping/decimal.ts';

/** An amount in major units, exactly: `19.99 EUR`, `5000 KRW`. */
export function formatMoney({ amount, currency }: Money): string {
  const scale = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits;
  return `${formatDecimal({ negative: amount < 0, digits: String(Math.abs(amount)), scale: scale ?? 0 })} ${currency}`;
}
