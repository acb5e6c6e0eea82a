import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** A lock by name is of one node: at a cluster two processes would hold it (db/migration-lease.ts has what is used instead). */
const namedLock = /\b(?:get_lock|is_(?:free|used)_lock|release_(?:all_locks|lock))\s*\(/iu;

/** A file without its comments, which may speak of what it does not do. */
const codeOf = (file: string): string => {
  const text = readFileSync(join(checkout, file), 'utf8');
  if (file.endsWith('.sql')) return text.replaceAll(/^\s*--.*$/gmu, '');
  return transformSync(text, { loader: 'ts', legalComments: 'none' }).code;
};

const files = globSync('{schema,db,functions,adapters}/**/*.{ts,sql}', {
  cwd: checkout,
  exclude: ['**/*.d.ts', '**/node_modules/**'],
});

test('no statement takes a lock by its name', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => namedLock.test(codeOf(file)))).toEqual([]);
});

test.each([
  ["sql`select get_lock('jobs', 10)`", true],
  ['sql`do RELEASE_LOCK (${name})`', true],
  ['// unlike get_lock(), a row\nconst a = 1;', false],
  ['/** `get_lock(name)` */\nconst a = 1;', false],
])('such a statement is seen, and what a comment says is not: %s', (text, seen) => {
  expect(namedLock.test(transformSync(text, { loader: 'ts', legalComments: 'none' }).code)).toBe(seen);
});
