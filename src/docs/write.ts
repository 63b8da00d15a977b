/** `npm run docs`: writes every file that the program makes. A test compares each file with what the program makes now. */
import { writeFileSync } from 'node:fs';
import { madeFiles } from './made-files.js';

for (const [name, text] of Object.entries(madeFiles()))
  writeFileSync(new URL(`../../${name}`, import.meta.url), text);
