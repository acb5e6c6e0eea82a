// `npm run docs:states`: writes docs/states.md from the tables of states.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from './folder.ts';
import { statesDocument } from './states/document.ts';

writeFileSync(join(checkout, 'docs/states.md'), statesDocument());
console.log('Wrote docs/states.md.');
