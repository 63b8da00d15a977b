/**
 * The currencies of ISO 4217 (amendment 180, in force since 2026-01-01): the digits of their minor unit, and when those withdrawn since
 * 2020 ended. Metals, units of account and test codes are left out: nobody invoices in them.
 */

/** Grouped by the number of digits of the minor unit. */
const CODES: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC
     CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
     KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
     PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
     UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

/** The first day on which a currency was no longer valid, and the currency that replaced it. */
export interface Withdrawal {
  readonly date: string;
  readonly successor: string;
}

const WITHDRAWN: Readonly<Record<string, Withdrawal>> = {
  ANG: { date: '2025-04-01', successor: 'XCG' },
  BGN: { date: '2026-01-01', successor: 'EUR' },
  CUC: { date: '2021-07-01', successor: 'CUP' },
  HRK: { date: '2023-01-01', successor: 'EUR' },
  SLL: { date: '2024-01-01', successor: 'SLE' },
  ZWL: { date: '2024-09-01', successor: 'ZWG' },
};

const DIGITS = new Map<string, number>([
  ...CODES.flatMap(([digits, codes]) => codes.split(/\s+/).map((code) => [code, digits] as const)),
  ...Object.keys(WITHDRAWN).map((code) => [code, 2] as const),
]);

/** Returns the number of digits of a currency's minor unit: 2 for USD, 0 for JPY, 3 for KWD. Undefined if it is not a currency. */
export function minorDigits(currency: string): number | undefined {
  return DIGITS.get(currency);
}

/** A day ends 12 hours later in the last time zone than in UTC. */
const LAST_ZONE = 12 * 60 * 60 * 1000;

/**
 * Returns the withdrawal of a currency that was invalid everywhere at `at`; undefined if it was still valid somewhere, or never withdrawn.
 */
export function withdrawalBefore(currency: string, at: number): Withdrawal | undefined {
  const withdrawal = WITHDRAWN[currency];
  return withdrawal !== undefined && at >= Date.parse(withdrawal.date) + LAST_ZONE ? withdrawal : undefined;
}
