// `npm run edge:types`: writes the types of the Worker's bindings from adapters/edge/wrangler.jsonc.
import { writeFileSync } from 'node:fs';
import { edgeTypes, edgeTypesFile } from './edge-types.ts';
import { checkout } from './folder.ts';

process.chdir(checkout);
writeFileSync(edgeTypesFile, await edgeTypes());
console.log(`Wrote ${edgeTypesFile}.`);
