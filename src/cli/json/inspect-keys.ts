/** Inspected files in JSON. */
import { z } from 'zod';
import { problem } from './import-keys.js';
import { count, listOf, named, text } from './values.js';

/** What `inspect` prints. */
export const inspectShape = {
  files: listOf(
    named('InspectedFile', 'A file that was inspected', {
      name: text('As it was named'),
      format: z.enum(['csv', 'ndjson']).describe('What it is'),
      encoding: text('How its characters are written'),
      separator: z.string().nullable().describe('What stands between its cells; null in JSON lines'),
      headerLine: z.int().min(1).nullable().describe('Where its header stands; null in JSON lines'),
      recordCount: count('Records in it'),
      brokenCount: count('Those that no profile can read'),
    }),
    'In their order',
  ),
  kind: z.enum(['orders', 'history', 'practices']).describe('What they seem to hold'),
  inspectedColumns: listOf(
    named('InspectedColumn', 'A column of the files', {
      name: text('As the header writes it'),
      filledCount: count('Records with a value in it'),
      field: text('The field that it looks like; empty if it looks like none'),
      examples: listOf(z.string(), 'Values of it; none where they may name patients'),
    }),
    'In their order',
  ),
  proposedProfile: text(
    'The profile that they seem to need, as JSON, as it would stand in the config; TODO where that cannot be known',
  ),
  todos: listOf(z.string(), 'What is to be filled in'),
  notes: listOf(z.string(), 'What was seen'),
  fittingProfile: z
    .string()
    .nullable()
    .describe('The profile of the config that reads these columns; null if none does'),
  problems: listOf(
    problem,
    'The first problems that an import would have; none while the profile lacks too much',
  ),
  savedAs: z
    .string()
    .nullable()
    .describe('The name under which the profile was put into the config; null without --save'),
};
