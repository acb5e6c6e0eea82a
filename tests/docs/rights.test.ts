import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rightsOf } from '../../adapters/node/check/check-database.ts';
import { checkout } from '../../local/folder.ts';

const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
const listed = (text: string) => text.split(/,\s*/u).toSorted();

/** What deploy/mariadb/rights.sql gives each user. */
const granted = Object.fromEntries(
  [...read('deploy/mariadb/rights.sql').matchAll(/^grant ([\w\s,]+?) on `kingbus`\.\*\s+to '(\w+)'/gmu)].map(
    ([, rights = '', user = '']) => [user, listed(rights)],
  ),
);

test('each user of the database is given what `kingbus check` asks for', () => {
  expect(granted).toEqual({
    kingbus: rightsOf.product.toSorted(),
    kingbus_migration: rightsOf.migration.toSorted(),
    kingbus_backup: rightsOf.backup.toSorted(),
  });
});

/** The lists of rights that a page tells, in its order. */
const told = (page: string) =>
  [...read(page).matchAll(/`((?:select|create),[\w\s,]+)`/gu)].map(([, rights = '']) => listed(rights));

const beyondRows = rightsOf.migration.filter((right) => !(rightsOf.product as readonly string[]).includes(right));

test.each([
  ['docs/operations.md', [rightsOf.backup, rightsOf.product, beyondRows]],
  ['docs/deploy-edge.md', [rightsOf.product, beyondRows]],
])('%s tells the rights as they are given', (page, rights) => {
  expect(told(page)).toEqual(rights.map((each) => [...each].toSorted()));
});
