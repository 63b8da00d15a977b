/** Who is billed: what is known of a practice besides its name, as documents and books show it. */

/** The columns of a practices file with these details, in the order in which they are recorded. */
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

/** Values as given, except `terms_days` in plain digits. Unknown details are absent. */
export type PracticeDetails = Readonly<Partial<Record<PracticeDetail, string>>>;

/** The addressee of a document: its practice, or the practice that `bill_to` names. */
export interface Party {
  readonly practiceId: string;
  readonly name: string;
  /** Never has `bill_to`: a practice that pays for others is itself billed to no other. */
  readonly details: PracticeDetails;
}

/** Returns the lines of a postal address below the name. */
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
