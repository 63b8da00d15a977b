/** Imports in JSON: files, changes, like ids, and records set aside. */
import { z } from 'zod';
import { count, listOf, named, practiceId, text, timeZones } from './values.js';

export const problem = named('Problem', 'Something wrong with the input, and where', {
  file: text('The file, as it was named'),
  line: z.int().min(1).describe('Its line, from 1'),
  column: z.int().min(1).describe('The character of the line, from 1'),
  field: text('The column or key at fault; empty if it is the record or the file'),
  kind: text('Which message it is, without its values: one word for all problems to be mended alike'),
  message: text('What is wrong and what was expected'),
  mend: z.string().describe('What should stand there; absent if that cannot be told').optional(),
});

export const importShape = {
  importId: z.int().min(1).describe('The number of the import; of a dry run, that it would have'),
  isDryRun: z.boolean().describe('Whether nothing was written'),
  files: listOf(
    named('ImportedFile', 'A file that was read; read = imported + amended + duplicates + quarantined', {
      name: text('Its name, without its folder; - for standard input'),
      kind: z.enum(['orders', 'history', 'practices']).describe('What it holds'),
      sha256: text('The SHA-256 of its bytes'),
      read: count('Records read'),
      imported: count('New records'),
      amended: count('Records that replaced known ones'),
      duplicates: count('Records that were known already'),
      corrected: count('Of the duplicates, those that repeat what a later import corrected (--keep)'),
      quarantined: count('Records that were set aside'),
      profile: z
        .string()
        .nullable()
        .describe('The input profile that it was read by; null for the strict format'),
      passedOver: count('Records that its profile says are none, beside those that were read'),
      blankRows: count('Rows without a value, beside those that were read'),
      repeatedTimes: count('Times of an hour that the clocks repeat, read as the first'),
    }),
    'The files, in their order; one that holds several kinds, once for each',
  ),
  changes: listOf(
    named('Change', 'What a record replaced', {
      identity: text('Of what: an order line, an event or a practice'),
      file: text('The file, as it was named'),
      line: z.int().min(1).describe('The line of that file'),
      fields: listOf(
        named('ChangedField', 'A field that changed', {
          field: text('Its name'),
          was: z.string().describe('The old value; absent for a patient reference').optional(),
          is: z.string().describe('The new value; absent for a patient reference').optional(),
        }),
        'The fields that changed',
      ),
    }),
    'What --amend replaced, in the order of the files',
  ),
  zoneChanges: listOf(
    named('ZoneChange', 'A practice that got another time zone after months were closed', {
      practiceId,
      timeZones,
    }),
    'Practices that are billed by another time zone from the first open month on',
  ),
  likeIds: named(
    'LikeIds',
    'Ids that differ from a known one only in capitals, leading zeros, width or Unicode form',
    {
      count: count('How many'),
      first: listOf(
        named('LikeId', 'An id that is almost a known one', {
          field: z.enum(['order_id', 'practice_id']).describe('What it is an id of'),
          given: text('The id, as the file has it'),
          known: text('The id that it is like'),
          file: text('The file in which it stands first, as it was named'),
          line: z.int().min(1).describe('The line of that file'),
        }),
        'The first of them, 100 at most',
      ),
    },
  ),
  quarantine: named('Quarantine', 'The records that were set aside', {
    file: text('Where they are'),
    recordCount: count('How many'),
    problems: listOf(problem, 'All that is wrong with them'),
  })
    .describe('Absent if no record was set aside')
    .optional(),
};
