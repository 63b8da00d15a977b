/** `npm run docs`: writes anew what is made from the program. A test holds each of these files to it. */
import { writeFileSync } from 'node:fs';
import { madeFiles } from './made-files.js';

for (const [name, text] of Object.entries(madeFiles()))
  writeFileSync(new URL(`../../${name}`, import.meta.url), text);
