import type { FieldParser } from '../../src/intake/fields.js';

/** The value, or the message. */
export function parsed<Value>(parse: FieldParser<Value>, text: string): Value | string | undefined {
  let message: string | undefined;
  const value = parse(text, (refusal) => {
    message = refusal.text;
  });
  return message ?? value;
}
