/** Makes docs/config.md from the config's schema: one section for each key. */
import { configJsonSchema } from '../config/read-config.js';
import { MADE_FROM, wrappedPage } from './page.js';

const HEAD = `# Config

For whoever sets up a lab's billing: what can be set.

${wrappedPage(
  'The config is `monthend.json` in the current folder, unless `--config` or the variable `MONTHEND_CONFIG` names another ' +
    'file. Without one, every key has its default; a file that was named must be there. `monthend init` writes all keys with ' +
    'their defaults and comments, and refers to a JSON Schema by which editors complete and check them.',
)}

${wrappedPage(
  'The file is JSON. Comments (`//` and `/* */`) and a comma after the last key are allowed, and a byte order mark is passed ' +
    'over. An unknown key is an error (exit 2), and so is one that stands twice: a slip must not bill by a default.',
)}

\`\`\`jsonc monthend.json write
{
  // A lab in Berlin that closes its month at seven in the evening.
  "currency": "EUR",
  "timeZone": "Europe/Berlin",
  "cutof": "19:00",
}
\`\`\`

\`\`\`console
$ monthend status
monthend: monthend.json:5:3: cutof: no such key; did you mean cutoff?
(exit 2)
\`\`\`

${wrappedPage(
  'A change counts from the next command on, and never for what is issued. Five keys are fixed by the first close of a ' +
    'ledger: a config that says otherwise afterwards is refused (exit 2). Each closed month keeps the whole config that it ' +
    'was billed with, in its `manifest.json`.',
)}`;

export function configPage(): string {
  const { properties = {} } = configJsonSchema();
  const keys = Object.entries(properties).filter(([key]) => key !== '$schema');
  return `${MADE_FROM('the schema in src/config/read-config.ts')}${HEAD}\n\n${keys.map(keySection).join('\n')}`;
}

type Schema = Exclude<NonNullable<ReturnType<typeof configJsonSchema>['properties']>[string], boolean>;

function keySection([key, schema]: [string, Schema | boolean]): string {
  if (typeof schema === 'boolean') throw new Error(`${key}: a schema of an object is expected`);
  const [example = schema.default] = schema.examples ?? [];
  const facts = [
    `Type: ${typeOf(schema)}.`,
    `Default: \`${JSON.stringify(schema.default)}\`.`,
    `Example: \`${JSON.stringify(key)}: ${JSON.stringify(example).replaceAll(',', ', ').replaceAll('":', '": ')}\`.`,
  ];
  const inner = innerKeys(schema).map((each) => `${wrappedPage(each, '  ')}\n`);
  const list = inner.length === 0 ? '' : `\n${inner.join('')}`;
  const profile = key === 'inputs' ? `\n${profileTable(schema)}` : '';
  return `## ${key}\n${wrappedPage([`${schema.description}.`, ...facts].join(' '))}\n${list}${profile}`;
}

/** Returns one bullet for each key of an object, and of the objects in a list. */
function innerKeys(schema: Schema, above = ''): string[] {
  // If a key has no description of its own, the object's description covers all of them.
  if (!Object.values(schema.properties ?? {}).every((value) => (value as Schema).description !== undefined))
    return [];
  const { anyOf = [], items, properties = {}, required = [] } = schema;
  const variants = [...anyOf, ...(items === undefined ? [] : [items])] as Schema[];
  return [
    ...Object.entries(properties as Record<string, Schema>).flatMap(([key, value]) => {
      const name = `${above}${key}`;
      const facts = [
        typeOf(value),
        ...(required.includes(key) ? ['required'] : []),
        ...(value.default === undefined ? [] : [`default \`${JSON.stringify(value.default)}\``]),
      ];
      const own = `- \`${name}\`: ${value.description} (${facts.join('; ')})`;
      return [own, ...innerKeys(value, value.type === 'array' ? `${name}[].` : `${name}.`)];
    }),
    ...variants.flatMap((each) => innerKeys(each, above)),
  ];
}

/** Returns the table of an input profile's keys. */
function profileTable({ additionalProperties }: Schema): string {
  const { properties = {}, required = [] } = additionalProperties as Schema;
  const rows = Object.entries(properties).map(([key, schema]) => {
    const { description, examples = [] } = schema as Schema;
    const example = examples[0] === undefined ? '' : `\`${JSON.stringify(examples[0])}\``;
    const name = required.includes(key) ? `\`${key}\` (needed)` : `\`${key}\``;
    const type = typeOf(schema as Schema).replaceAll('|', '\\|');
    return `| ${name} | ${type} | ${description}. | ${example} |\n`;
  });
  return `| key of a profile | type | what | example |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

/** Returns the type of a key in words: `whole number from 1 to 3650`. */
function typeOf({ type, anyOf = [], enum: values, const: only, minimum, maximum, items }: Schema): string {
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (anyOf.length > 0) return anyOf.map((each) => typeOf(each as Schema)).join(' or ');
  // zod writes a nullable text with a check as a list of types.
  if (Array.isArray(type)) return type.map((each) => typeOf({ type: each } as Schema)).join(' or ');
  switch (type) {
    case 'integer':
      return `whole number from ${minimum} to ${maximum}`;
    case 'boolean':
      return '`true` or `false`';
    case 'array':
      return `list of ${typeOf(items as Schema)}s`;
    case 'string':
      return 'text';
    case 'object':
      return 'object';
    case 'null':
      return '`null`';
    default:
      throw new Error(`a key of type ${type} has no words yet`);
  }
}
