/**
 * Guesses which field a column holds. Its name makes a proposal, and its values may only reject it: a column of prices is never one of
 * dates, whatever its name.
 */
import { isCountry } from '../billing/country.js';
import { minorDigits } from '../billing/currency.js';
import { EVENT_KINDS, FACT_KINDS, type FactKind } from '../billing/order.js';
import { PRACTICE_DETAILS } from '../billing/party.js';
import type { ColumnSurvey } from './inspect-columns.js';
import { requiredFields } from './profile-header.js';
import { timeZone } from './zone-name.js';

/** For each field, the names that other systems use, likeliest first: English, German, French, Spanish, Italian, Portuguese, Dutch. */
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
      'productcode productid product sku itemcode itemid itemno item articlecode articleno article procedurecode servicecode service material artikelnummer artikelnr artikel leistung codearticle codeproduit referencearticle produit codigoarticulo codigoproducto producto codicearticolo articolo codigoproduto produto artikelcode reference referencia code',
    description:
      'description productname productdescription itemname itemdescription text bezeichnung artikelbezeichnung beschreibung designation libelle descripcion descrizione descricao omschrijving',
    patient_ref:
      'patientref patientreference patientid patientnumber patient patientname patientenname patientennr patientennummer paciente paziente patientnaam',
    quantity:
      'quantity qty units menge anzahl stuck stueck quantite qte cantidad cant quantita qta quantidade aantal',
    unit_price:
      'unitprice priceeach pricepereach unitnet netunitprice netprice unitcost net price fee rate einzelpreis epreis stuckpreis nettopreis preis prixunitaireht prixunitaire prixht puht pu prix preciounitario preciounit precio prezzounitario prezzo precounitario preco stukprijs prijs tarif tarifa',
    currency: 'currency currencycode cur wahrung waehrung devise moneda moeda valuta divisa',
    placed_at:
      'placedat placed orderdate orderdatetime orderedat orderedon ordered dateordered createdat createdon created createddate entered entrydate datein receiveddate received auftragsdatum bestelldatum erfasst eingang datecommande datedecommande fechapedido fechadepedido fechaorden dataordine datapedido besteldatum submittedat submitted openedat enteredon date datum fecha data timestamp ts',
  },
  history: {
    event_id:
      'eventid eventnumber eventno historyid logid entryid recordid vorgangsnr vorgangsid ereignisid evenementid eventoid id',
    order_id: ORDER_ID,
    event:
      'event eventtype eventname action status newstatus statuschange state type vorgang ereignis aktion evenement statut etat evento estado stato gebeurtenis',
    at: 'at eventdate eventtime eventdatetime eventat timestamp datetime occurredat changedat changed statusdate createdat changedon date time datum datumzeit zeitpunkt zeit dateheure datetime dateevenement horodatage fecha fechahora data dataora datahora tijdstip ts',
    sequence: 'sequence seq sequencenumber',
    reason:
      'reason reasoncode pausereason comment notes note remark grund begrundung begruendung bemerkung motif raison commentaire motivo comentario observaciones reden',
  },
  practices: {
    practice_id: PRACTICE_ID,
    name: 'practicename name accountname customername clientname officename companyname company praxisname kundenname firma nom nomclient nombre nombrecliente nome naam klantnaam',
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

/** Words of a name that say that it is an id, and words that say nothing. */
const ID_WORDS = new Set(
  'n no nr num nro nb number numero nummer id code kode codigo codice cod ref'.split(' '),
);
const SMALL_WORDS = new Set('de del della di da do du des d l la le el of the der die das'.split(' '));

/** What ids are of, for names that are made of such a word and a word for an id: `Cust. No.`, `N° de commande`. */
const ID_OF: Readonly<Record<string, string>> = {
  order_id:
    'order orders commande pedido orden auftrag bestellung ordine encomenda opdracht workorder wo case job rx caso trabajo lavoro ticket',
  practice_id:
    'practice account acct customer cust client kunde kunden praxis cliente cabinet clinic clinica office dentist klant studio debitor',
  product:
    'product item article artikel articulo articolo artigo produit producto prodotto produto procedure',
};

/** Names of practices that have an id in another column. */
const NAMED_PRACTICE =
  'practice account customer client kunde praxis cliente cabinet clinic clinica office klant';

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
  /** The fields that no name proposes, and that one column alone has the values of. */
  readonly byValues: readonly string[];
  /** For required fields that no column seems to hold, those whose values could be theirs. */
  readonly possible: ReadonlyMap<string, readonly string[]>;
}

/** @param said the kind, if the user said it */
export function guessFields(columns: readonly ColumnSurvey[], said?: FactKind): FieldGuess {
  const guesses = (said === undefined ? FACT_KINDS : [said]).map((kind) => guessOf(kind, columns));
  const likeliest = guesses.reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
  const isNamed = requiredFields(likeliest.kind).some((field) => likeliest.columns.has(field));
  const byValues = guesses.find(({ kind }) => kind === kindByValues(columns));
  return withValues(isNamed ? likeliest : (byValues ?? likeliest), columns);
}

/** Practices have no times, and a history no amounts. */
function kindByValues(columns: readonly ColumnSurvey[]): FactKind {
  const has = (field: string) => columns.some((column) => column.filled > 0 && hasValuesOf(field, column));
  return has('at') ? (has('unit_price') ? 'orders' : 'history') : 'practices';
}

/** Adds required fields whose names say nothing, but whose values only one column has. A price is never taken for its values alone. */
function withValues(guess: FieldGuess, columns: readonly ColumnSurvey[]): FieldGuess {
  const found = new Map(guess.columns);
  const possible = new Map<string, readonly string[]>();
  const byValues: string[] = [];
  const most = Math.max(...columns.map(({ filled }) => filled));
  for (const field of requiredFields(guess.kind)) {
    if (found.has(field)) continue;
    const taken = new Set(found.values());
    const fitting = columns
      .filter((column) => !taken.has(column.name) && column.filled >= most * 0.9)
      .filter((column) => column.filled > 0 && hasValuesOf(field, column))
      .map(({ name }) => name);
    const [only, ...others] = fitting;
    if (only !== undefined && others.length === 0 && field !== 'unit_price') {
      found.set(field, only);
      byValues.push(field);
    } else possible.set(field, fitting);
  }
  return { ...guess, columns: found, byValues, possible };
}

function hasValuesOf(field: string, column: ColumnSurvey): boolean {
  const { values, hasMoreValues, filled, numbers } = column;
  const hasCurrencySign = [...numbers.signs].some(
    (sign) => /\p{Sc}/u.test(sign) || minorDigits(sign) !== undefined,
  );
  const isTime = fits('at', column);
  switch (field) {
    case 'at':
    case 'placed_at':
      return isTime;
    case 'unit_price':
      return !isTime && (numbers.marked > 0 || hasCurrencySign) && fits('unit_price', column);
    case 'event':
      return (
        fits('event', column) && !isTime && values.size * 3 <= filled && column.padded + column.unpadded === 0
      );
    case 'order_id':
      return !isTime && numbers.marked === 0 && (hasMoreValues || values.size * 3 >= filled);
    default:
      return false;
  }
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
      const rank = rankOf(field, known, column.name);
      if (rank !== undefined && fits(field, column)) candidates.push({ field, column: column.name, rank });
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
  return { kind, columns: found, others, byValues: [], possible: new Map() };
}

/** Returns how likely a column of that name holds the field, the likeliest first; undefined if the name does not say so. */
function rankOf(field: string, known: readonly string[], name: string): number | undefined {
  const plain = squashed(name);
  if (plain === squashed(field)) return -1;
  const rank = known.indexOf(plain);
  const words = wordsOf(name);
  const isId = words.some((word) => ID_WORDS.has(word)) || /(?:id|no|nr|number|nummer|code)$/.test(plain);
  const core = words.filter((word) => !ID_WORDS.has(word) && !SMALL_WORDS.has(word)).join('');
  const ofId = (ID_OF[field] ?? '').split(' ').indexOf(core);
  const isName = field === 'name' && !isId && NAMED_PRACTICE.split(' ').includes(core);
  // "Customer" is the id only if nothing like "Customer No." is there.
  if (rank >= 0) return field in ID_OF && !isId ? rank + 200 : rank;
  if (core !== '' && ofId >= 0 && isId) return ofId + 100;
  return isName ? 300 : undefined;
}

/** `Cust. No.` -> cust, no; `orderId` -> order, id; `WO #` -> wo, no */
function wordsOf(name: string): readonly string[] {
  const plain = withoutAccents(name.replace(/[#\u2116]/g, ' no '));
  const parted = plain.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return parted.split(/[^a-z0-9]+/).filter((word) => word !== '');
}

function squashed(name: string): string {
  return withoutAccents(name)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

const withoutAccents = (name: string): string =>
  name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');

/** Tells whether nearly all values could be the field's. A column without values is never rejected. */
function fits(field: string, column: ColumnSurvey): boolean {
  if (column.nested > 0) return false;
  if (column.filled === 0) return true;
  const mostly = (count: number) => count >= column.filled * 0.9;
  switch (field) {
    case 'unit_price':
    case 'quantity':
      return mostly(Math.max(...column.numbers.byDecimalMark.values()));
    case 'line':
    case 'sequence':
    case 'terms_days':
      return mostly(column.padded + column.unpadded);
    case 'placed_at':
    case 'at':
      return mostly([...column.instants.values()].reduce((sum, count) => sum + count, 0));
    case 'event':
      return !column.hasMoreValues && column.values.size <= 30;
    case 'currency':
      return !column.hasMoreValues && column.values.size <= 20;
    case 'email':
      return mostlyOf(column, (text) => text.includes('@'));
    case 'country':
      return mostlyOf(column, isCountry);
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
