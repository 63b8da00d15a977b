/** The values of JSON documents, and the keys that many documents have. */
import { z } from 'zod';
import { EXCEPTION_EFFECTS, type ExceptionCode } from '../../billing/exception.js';
import { EVENT_KINDS } from '../../billing/order.js';

export const amount = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ id: 'Amount', description: "A decimal with the currency's digits, for example 640.00" });
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ id: 'Instant', description: 'A point in time, in UTC' });
export const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ id: 'Date', description: "A calendar date in the practice's time zone" });
export const month = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .meta({ id: 'BillingMonth', description: 'A billing month, for example 2026-10' });
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ id: 'Currency', description: 'A currency code of ISO 4217' });

export const count = (what: string) => z.int().min(0).describe(what);
export const text = (what: string) => z.string().describe(what);
export const flag = (what: string) => z.boolean().describe(what);
/** Absent values are empty strings, as in the CSVs. */
export const orEmpty = <S extends z.ZodType>(schema: S, what: string) =>
  z.union([schema, z.literal('')]).describe(`${what}; empty if there is none`);

export const practiceId = text('The id of the practice');
export const practiceName = text('Its name, or its id where no name is known');
export const orderId = text('The id of the order');
export const orderLine = z.int().min(1).describe('The number of the order line');
export const product = text('The product code');
export const event = z.enum(EVENT_KINDS).describe('What happened to the order');
export const eventId = text("The event's id; empty if it has none");
export const lineOfEvent = orderLine
  .describe('The order line that it concerns; absent if it is the whole order')
  .optional();
export const exceptionCode = z
  .enum(Object.keys(EXCEPTION_EFFECTS) as [ExceptionCode])
  .meta({ id: 'ExceptionCode', description: 'What is exceptional about an event' });
export const lineType = z.enum(['charge', 'credit']).describe('What the line does');
export const reason = z
  .enum(['placed', 'resumed', 'late', 'amended', 'cancelled', 'deleted', 'paused'])
  .describe('Why the line stands on the document');
export const documentType = z.enum(['invoice', 'credit_note']).describe('What the document is');
export const effect = z.enum(['none', 'applied']).describe('Whether the event counts');

export const listOf = <S extends z.ZodType>(schema: S, what: string) => z.array(schema).describe(what);

/** An object with a name in the schema. */
export const named = <S extends z.ZodRawShape>(id: string, description: string, shape: S) =>
  z.strictObject(shape).meta({ id, description });

export const timeZones = listOf(
  named('TimeZoneSpan', 'A time zone of a practice', {
    timeZone: text('Its IANA name'),
    fromMonth: month.describe('The first month by it; absent if no other was in force before').optional(),
  }),
  'The zones of the practice, in order of time; one, unless it was changed',
);
