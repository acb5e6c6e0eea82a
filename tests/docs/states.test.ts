import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { statesDocument } from '../../local/states/document.ts';

it('docs/states.md is what the tables of states make (npm run docs:states)', () => {
  expect(readFileSync(join(checkout, 'docs/states.md'), 'utf8')).toBe(statesDocument());
});
