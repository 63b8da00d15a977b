/**
 * Guesses which field a column holds. Its name makes a proposal, and its values may only reject it: a column of prices is never one of
 * dates, whatever its name.
 */
import { isCountry } from '../billing/country.js';
import { EVENT_KINDS, type FactKind } from '../billing/order.js';
import { PRACTICE_DETAILS } from '../billing/party.js';
import type { ColumnSurvey } from './inspect-columns.js';
import { KINDS } from './kinds.js';
import { requiredFields } from './profile-header.js';
import { timeZone } from './zone-name.js';

/** For each field, the names that other systems use, likeliest first: English, German, French, Spanish, Dutch. */
const ORDER_ID =
  'orderid ordernumber orderno ordernr order caseid casenumber caseno case jobid jobnumber jobno job workorder auftragsnummer auftragsnr auftragsid auftrag bestellnummer bestellung numerocommande commande numeropedido pedido ordernummer opdracht ticket number no nr id';
const PRACTICE_ID =
  'practiceid practicenumber practiceno practicecode practice accountid accountnumber accountno account customerid customernumber customerno customercode customer clientid clientnumber client officeid office dentistid praxisid praxisnummer praxisnr kundennummer kundennr kundenid praxis kunde codeclient numeroclient cabinet codigocliente cliente klantnummer klant';

const NAMES: Readonly<Record<FactKind, Readonly<Record<string, string>>>> = {
  orders: {
    order_id: ORDER_ID,
    line: 'line linenumber lineno linenr lineitem orderline position pos posnr positionsnummer ligne linea regel',
    practice_id: PRACTICE_ID,
    product:
      'productcode productid product sku itemcode itemid itemno item articlecode articleno article procedurecode servicecode service material artikelnummer artikelnr artikel leistung codeproduit produit codigoproducto producto artikelcode code',
    description:
      'description productname productdescription itemname itemdescription text bezeichnung artikelbezeichnung beschreibung designation libelle descripcion omschrijving',
    patient_ref:
      'patientref patientreference patientid patientnumber patient patientname patientenname patientennr patientennummer paciente patientnaam',
    quantity: 'quantity qty units menge anzahl stuck stueck quantite qte cantidad aantal',
    unit_price:
      'unitprice priceeach pricepereach unitnet netunitprice netprice unitcost net price fee rate einzelpreis epreis stuckpreis nettopreis preis prixunitaire prix preciounitario precio stukprijs prijs',
    currency: 'currency currencycode cur wahrung waehrung devise moneda valuta',
    placed_at:
      'placedat placed orderdate orderdatetime orderedat orderedon ordered dateordered createdat createdon created createddate entered entrydate datein receiveddate received auftragsdatum bestelldatum erfasst eingang datecommande fechapedido besteldatum date datum fecha timestamp',
  },
  history: {
    event_id:
      'eventid eventnumber eventno historyid logid entryid recordid vorgangsnr vorgangsid ereignisid evenementid eventoid id',
    order_id: ORDER_ID,
    event:
      'event eventtype eventname action status newstatus statuschange type vorgang ereignis aktion evenement evento gebeurtenis',
    at: 'at eventdate eventtime eventdatetime eventat timestamp datetime occurredat changedat changed statusdate createdat date time datum zeitpunkt zeit dateevenement fecha tijdstip',
    sequence: 'sequence seq sequencenumber',
    reason:
      'reason reasoncode pausereason comment notes note remark grund begrundung begruendung bemerkung motif raison motivo reden',
  },
  practices: {
    practice_id: PRACTICE_ID,
    name: 'practicename name accountname customername clientname officename companyname company praxisname kundenname firma nom nomclient nombre naam klantnaam',
    time_zone: 'timezone tz zeitzone fuseauhoraire zonahoraria tijdzone',
    legal_name:
      'legalname legalentity registeredname legalentityname rechtsname raisonsociale razonsocial statutairenaam',
    email:
      'email emailaddress billingemail invoiceemail accountsemail mail mailadresse emailadresse courriel correo correoelectronico',
    address_1:
      'address1 address addressline1 addressline street streetaddress street1 billingaddress billingstreet strasse strassehausnummer anschrift adresse adresse1 adresseligne1 rue direccion direccion1 adres straat',
    address_2:
      'address2 addressline2 street2 suite unit adresszusatz adresse2 complementadresse direccion2 adresregel2',
    city: 'city town place billingcity ort stadt ville ciudad localidad plaats woonplaats',
    region: 'region state province county billingstate bundesland departement provincia estado provincie',
    postal_code:
      'postalcode zip zipcode postcode billingzip billingpostalcode plz postleitzahl codepostal cp codigopostal',
    country:
      'country countrycode billingcountry land landercode laendercode landescode pays codepays pais landcode',
    tax_id:
      'taxid taxnumber taxno vatid vatnumber vatno vat ein tin ustid ustidnr umsatzsteuerid steuernummer numerotva tva nif cif btwnummer',
    customer_code:
      'customercode debtorcode debtornumber debtorno accountingcode erpcode debitor debitornummer debitorennummer debiteurnummer codecomptable',
    terms_days:
      'termsdays terms paymentterms paymenttermsdays netdays creditdays zahlungsziel delaipaiement plazopago betaaltermijn',
    bill_to:
      'billto billtoid billtocustomer billtoaccount billtopractice payer payerid parentaccount parentaccountid parentid rechnungsempfanger rechnungsempfaenger payeur pagador',
  },
};

/** Tells whether a column may name patients. Its values are not shown. */
export function mayNamePatients(column: string): boolean {
  return /patient|pacien|birth|geburt|naissance|nacimiento|geboorte|\bdob\b/i.test(column);
}

export interface FieldGuess {
  readonly kind: FactKind;
  /** For each field, the column that seems to hold it. */
  readonly columns: ReadonlyMap<string, string>;
  /** For each field, other columns that could hold it too. */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

/** @param said the kind, if the user said it */
export function guessFields(columns: readonly ColumnSurvey[], said?: FactKind): FieldGuess {
  const guesses = (said === undefined ? KINDS : [said]).map((kind) => guessOf(kind, columns));
  return guesses.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
}

/**
 * Required fields count most, since they distinguish the kinds. A kind with all of them is likelier than one that lacks some. An address
 * does not count, since exports of orders contain those of customers.
 */
function likeness({ kind, columns }: FieldGuess): number {
  const required = requiredFields(kind);
  const found = required.filter((field) => columns.has(field)).length;
  const details = PRACTICE_DETAILS.filter((field) => columns.has(field)).length;
  return (found / required.length) * 10 + found * 2 + columns.size - found - details;
}

interface Candidate {
  readonly field: string;
  readonly column: string;
  readonly rank: number;
}

function guessOf(kind: FactKind, columns: readonly ColumnSurvey[]): FieldGuess {
  const candidates: Candidate[] = [];
  for (const [field, names] of Object.entries(NAMES[kind])) {
    const known = names.split(' ');
    for (const column of columns) {
      const rank = known.indexOf(squashed(column.name));
      const own = squashed(column.name) === squashed(field);
      if ((rank >= 0 || own) && fits(field, column))
        candidates.push({ field, column: column.name, rank: own ? -1 : rank });
    }
  }
  const found = new Map<string, string>();
  const others = new Map<string, string[]>();
  const taken = new Set<string>();
  const required = requiredFields(kind);
  // Required fields first where a column could be both: "Customer Code" is the id if no other column is.
  const isNeeded = ({ field, column }: Candidate) =>
    required.includes(field) && candidates.every((each) => each.field !== field || each.column === column);
  const inOrder = candidates.sort((a, b) => Number(isNeeded(b)) - Number(isNeeded(a)) || a.rank - b.rank);
  for (const { field, column } of inOrder) {
    if (taken.has(column)) continue;
    if (found.has(field)) others.set(field, [...(others.get(field) ?? []), column]);
    else {
      found.set(field, column);
      taken.add(column);
    }
  }
  for (const [field, columns] of others)
    others.set(
      field,
      columns.filter((column) => !taken.has(column)),
    );
  return { kind, columns: found, others };
}

function squashed(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
  return plain.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Tells whether nearly all values could be the field's. A column without values is never rejected. */
function fits(field: string, column: ColumnSurvey): boolean {
  if (column.filled === 0) return true;
  const mostly = (count: number) => count >= column.filled * 0.9;
  switch (field) {
    case 'unit_price':
    case 'quantity':
      return mostly(Math.max(...column.numbers.byDecimalMark.values()));
    case 'line':
    case 'sequence':
      return mostly(column.padded + column.unpadded);
    case 'placed_at':
    case 'at':
      return [...column.instants.values()].reduce((sum, count) => sum + count, 0) >= column.filled * 0.9;
    case 'event':
      return !column.hasMoreValues && column.values.size <= 30;
    case 'currency':
      return !column.hasMoreValues && column.values.size <= 20;
    case 'email':
      return mostlyOf(column, (text) => text.includes('@'));
    case 'country':
      return mostlyOf(column, isCountry);
    case 'terms_days':
      return mostly(column.padded + column.unpadded);
    case 'time_zone':
      return [...column.values.keys()].some((text) => timeZone(text, () => undefined) !== undefined);
    default:
      return true;
  }
}

/** True if 90 % of the values are fitting. If a column has more values than were counted, only the counted ones decide. */
function mostlyOf({ values }: ColumnSurvey, isFitting: (text: string) => boolean): boolean {
  const sum = (of: readonly (readonly [string, number])[]) =>
    of.reduce((total, [, count]) => total + count, 0);
  const all = [...values];
  return sum(all.filter(([text]) => isFitting(text))) >= sum(all) * 0.9;
}

/** Returns the event that a word names in any case; undefined for other words, which only their system knows. */
export function eventOf(word: string): string | undefined {
  return EVENT_KINDS.find((kind) => kind === word.toLowerCase());
}
