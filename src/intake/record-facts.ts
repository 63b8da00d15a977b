/**
 * Turns the current record of a file into its fact, whatever the format: reads the columns of each field, by a profile if there is one, and
 * reports what is wrong in the order of the file.
 */
import type { Fact, FactKind } from '../billing/order.js';
import { SECRET_FIELD } from '../errors/difference.js';
import type { Message } from '../errors/message.js';
import type { Place } from '../errors/problem.js';
import type { FactSink, ReaderOptions, ReadingNotes } from './fact-reader.js';
import { createRefuser, type FieldTexts, parseFact } from './facts.js';
import type { InputProfile } from './input-profile.js';
import { type ColumnTexts, createProfileFields, type ProfileFields } from './profile-fields.js';
import { requiredFields } from './profile-header.js';

/** The current record, by the columns of its file. */
export interface CurrentRecord {
  readonly text: ColumnTexts;
  /** Returns the place of a column's value; the place of the record if it has none. */
  place(column?: string): Place;
}

export type RecordFacts = ReturnType<typeof createRecordFacts>;

interface Refusal {
  readonly place: Place;
  readonly field: string;
  readonly message: Message;
  readonly value?: string;
}

export function createRecordFacts(options: ReaderOptions, sink: FactSink, record: CurrentRecord) {
  const refusals: Refusal[] = [];
  const profiles = new Map<FactKind, string>();
  let fields: ProfileFields | undefined;
  let passedOver = 0;
  /** The count of the profiles used before the current one. */
  let repeatedTimesBefore = 0;

  const columnOf = (field: string): string => fields?.columnOf(field) ?? field;
  const place = (field?: string): Place => record.place(field === undefined ? undefined : columnOf(field));
  const texts: FieldTexts = {
    text: (field) => fields?.text(field, record.text, texts.refuser(field)) ?? record.text(field),
    refuser: createRefuser((field, message) => texts.refuse(field, message)),
    refuse(field, message) {
      const column = columnOf(field);
      const value = field === SECRET_FIELD ? {} : { value: record.text(column) };
      refusals.push({ place: record.place(column), field: column, message, ...value });
    },
  };
  const isEmpty = (field: string) =>
    (fields?.text(field, record.text, () => {}) ?? record.text(field)) === '';

  return {
    /** The number of records that a word of theirs skipped. */
    get passedOver() {
      return passedOver;
    },
    /** From now on, records are read by this profile. */
    useProfile(profile: InputProfile | undefined): void {
      repeatedTimesBefore += fields?.repeatedTimes ?? 0;
      fields = profile && createProfileFields(profile, options);
      if (profile !== undefined) profiles.set(profile.kind, profile.name);
    },
    /** Skips the record if a word of it says so. @returns whether it did */
    passesOver(): boolean {
      if (fields?.passesOver(record.text) !== true) return false;
      passedOver++;
      refusals.length = 0;
      return true;
    },
    /** Tells whether the record lacks a field that all of its kind need. */
    lacksField: (kind: FactKind): boolean => requiredFields(kind).some(isEmpty),
    refuseField: texts.refuse,
    /** Refuses the record for something else than a field. */
    refuse: (place: Place, message: Message): void => void refusals.push({ place, field: '', message }),
    /** Reads the record, and passes its fact or its problems on. */
    read(kind: FactKind): void {
      const fact = parseFact(kind, texts, options, fields?.parsers);
      if (fact !== undefined && refusals.length === 0) sink.take(fact, place, columnOf);
      tellRefusals(refusals, sink);
    },
    /** Passes on what was refused, if the record is not read. */
    tell: (): void => tellRefusals(refusals, sink),
    /** Passes on the record's fact, which was read otherwise; undefined if a word skips the record. */
    take(fact: Fact | undefined): void {
      if (fact === undefined) passedOver++;
      else sink.take(fact, place, columnOf);
    },
    notes(blankRows: number): ReadingNotes {
      const repeatedTimes = repeatedTimesBefore + (fields?.repeatedTimes ?? 0);
      return { profiles, passedOver, blankRows, repeatedTimes };
    },
  };
}

/** Reports the problems of one record in the order of the file, and empties the list. */
function tellRefusals(refusals: Refusal[], sink: FactSink): void {
  if (refusals.length === 0) return;
  const inOrder = refusals
    .splice(0)
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  for (const { place, field, message, value } of inOrder) sink.problem(place, field, message, value);
}
