import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { bugs, withBug } from './bugs.ts';

test.each(Object.entries(bugs))('the bug %s fits the source that it is put into', (_name, bug) => {
  const source = readFileSync(join(checkout, bug.module), 'utf8');
  expect(withBug(bug, source)).not.toBe(source);
});
