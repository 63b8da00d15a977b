/** The files of this repository that the program makes, with their texts. */
import { jsonSchema } from '../cli/json-documents.js';
import { programOutline } from '../cli/main.js';
import { configJsonSchema } from '../config/read-config.js';
import { checkCommandsPage, commandsPage } from './commands-page.js';
import { configPage } from './config-page.js';

/** Returns the texts by path from the root of the repository. The linter may break the lines of the schemas differently. */
export function madeFiles(): Readonly<Record<string, string>> {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'docs/commands.md': commandsPage(programOutline()),
    'docs/commands-check.md': checkCommandsPage(programOutline()),
    'docs/config.md': configPage(),
    'src/config.schema.json': json(configJsonSchema()),
    'src/json.schema.json': json(jsonSchema()),
  };
}
