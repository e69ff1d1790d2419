/**
 * ISO 4217, list one as published on 2026-01-01: the number of digits after the decimal separator (0 for KRW, 2 for
 * EUR, 3 for KWD). The shop has its own table because Intl follows CLDR, which counts the digits in daily use: Node 24.21
 * has 0 for HUF, IDR and IQD. With another version of Node every amount would change by a factor of 100 or 1000.
 */
export const currenciesAsOf = '2026-01-01';

const codes: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP
    COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

/** Withdrawn since 2022, all with 2 digits: an older price may still be in one of them. */
const withdrawn = 'ANG BGN CUC HRK SLL ZWL';

const digits: ReadonlyMap<string, number> = new Map(
  [...Object.entries(codes), ['2', withdrawn] as const].flatMap(([count, list]) =>
    list.split(/\s+/).map((code) => [code, Number(count)] as const),
  ),
);

/**
 * The digits of a currency's minor unit.
 * @returns undefined for codes that are not in ISO 4217, and for those without a minor unit, such as XAU and XXX.
 */
export const minorDigits = (currency: string): number | undefined => digits.get(currency);

/** Every code that has a minor unit, sorted. */
export const currencies: readonly string[] = [...digits.keys()].sort();
