/** How many digits of a currency stand behind the separator: 0 for KRW, 2 for EUR, 3 for KWD. */
export type MinorDigits = (currency: string) => number | undefined;

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Asks Intl once for each currency; undefined for what is none of ISO 4217. */
export function createMinorDigits(): MinorDigits {
  const digits = new Map<string, number>();
  return (currency) => {
    if (!currencies.has(currency)) return undefined;
    let result = digits.get(currency);
    if (result === undefined) {
      const format = new Intl.NumberFormat('en', { style: 'currency', currency });
      result = format.resolvedOptions().maximumFractionDigits ?? 0;
      digits.set(currency, result);
    }
    return result;
  };
}
