// `npm run docs:asyncapi`: writes docs/asyncapi.yaml from the frames that the server checks.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApiFile, asyncApiText } from './asyncapi/text.ts';
import { checkout } from './folder.ts';

writeFileSync(join(checkout, asyncApiFile), asyncApiText());
console.log(`Wrote ${asyncApiFile}.`);
