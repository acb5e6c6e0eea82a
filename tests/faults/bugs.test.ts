import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { modulesWithBugs, withBugs } from './bugs.ts';

test.each(modulesWithBugs)('the bugs for %s fit it', (module) => {
  const source = readFileSync(join(checkout, module), 'utf8');
  expect(withBugs(module, source)).toContain('globalThis.faultsBug');
});
