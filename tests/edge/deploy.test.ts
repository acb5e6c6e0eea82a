import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { edgeTypes, edgeTypesFile } from '../../local/edge-types.ts';
import { checkout } from '../../local/folder.ts';

it("the types of the Worker's bindings are those of wrangler.jsonc (npm run edge:types)", async () => {
  expect(await edgeTypes()).toBe(readFileSync(join(checkout, edgeTypesFile), 'utf8'));
});
