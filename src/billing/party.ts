/** Who is billed: what is known of a practice beside its name, as its documents and the books show it. */

/** The columns of a practices file that say it, in the order in which they are recorded. */
export const PRACTICE_DETAILS = [
  'legal_name',
  'email',
  'address_1',
  'address_2',
  'city',
  'region',
  'postal_code',
  'country',
  'tax_id',
  'customer_code',
  'terms_days',
  'bill_to',
] as const;

export type PracticeDetail = (typeof PRACTICE_DETAILS)[number];

/** Texts as they were given, `terms_days` in plain digits. What is not known is not there. */
export type PracticeDetails = Readonly<Partial<Record<PracticeDetail, string>>>;

/** To whom a document is addressed: its practice, or the one that `bill_to` names. */
export interface Party {
  readonly practiceId: string;
  readonly name: string;
  /** Without `bill_to`: the practice that pays is billed to no other. */
  readonly details: PracticeDetails;
}

/** The lines of an address as it stands on an envelope, under the name. */
export function addressLines({
  address_1,
  address_2,
  city,
  region,
  postal_code,
  country,
}: PracticeDetails): string[] {
  const place = [city, [region, postal_code].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  return [address_1, address_2, place, country].filter((line): line is string => Boolean(line));
}
