/** The seller: the lab itself, as the config names it and a closed month records it. */

export interface Seller {
  readonly name: string;
  readonly address1?: string | undefined;
  readonly address2?: string | undefined;
  readonly city?: string | undefined;
  readonly region?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly country?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly taxId?: string | undefined;
  /** How to pay, line by line. */
  readonly payment: readonly string[];
  readonly footer?: string | undefined;
  /** The file that the config names. A month records its content instead. */
  readonly logo?: string | undefined;
  /** The picture itself, as a `data:` URI. */
  readonly logoUri?: string | undefined;
}

/** Returns the seller that a month recorded at its close; undefined if it recorded none. */
export function recordedSeller(config: Readonly<Record<string, unknown>>): Seller | undefined {
  return (config.seller ?? undefined) as Seller | undefined;
}
