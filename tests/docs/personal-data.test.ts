import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { is } from 'drizzle-orm';
import { getTableConfig, MySqlTable } from 'drizzle-orm/mysql-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { readPage } from './support/markdown.ts';

const page = readPage('docs/personal-data.md');

/** The rows of the table with this heading, as texts. */
function rowsOf(firstHeading: string): string[][] {
  const table = page.tables.find(({ header }) => header[0]?.text === firstHeading);
  return (table?.rows ?? []).map((row) => row.map(({ text }) => text));
}

const codeIn = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/gu)].map(([, code = '']) => code);

const personal = rowsOf('columns');
const none = rowsOf('table').flatMap(([table, columns]) =>
  codeIn(columns).map((column) => `${codeIn(table)[0]}.${column}`),
);

/** Every column of the schema, as `table.column`. */
async function allColumns(): Promise<string[]> {
  const modules = await Promise.all(
    globSync('schema/*.ts', { cwd: checkout }).map(
      (file) => import(pathToFileURL(join(checkout, file)).href) as Promise<object>,
    ),
  );
  const tables = modules.flatMap((module) =>
    Object.values(module).filter((value): value is MySqlTable => is(value, MySqlTable)),
  );
  return tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table);
    return columns.map((column) => `${name}.${column.name}`);
  });
}

describe('docs/personal-data.md', () => {
  let columns: string[];
  beforeAll(async () => {
    columns = await allColumns();
  });
  const named = [...personal.flatMap(([first]) => codeIn(first)), ...none];

  it('says of every column of the schema whether it holds personal data', () => {
    expect(columns.length).toBeGreaterThan(150);
    expect(columns.filter((column) => !named.includes(column))).toEqual([]);
  });

  it('names each once, and none that there is not', () => {
    expect(named.filter((column, index) => named.indexOf(column) !== index)).toEqual([]);
    expect(named.filter((column) => !columns.includes(column))).toEqual([]);
  });

  it('says of personal data why, for whom, how long, and what erases it', () => {
    for (const [columnsOfRow, ...answers] of personal) {
      expect([columnsOfRow, answers.length, answers.filter((answer) => answer.trim() === '')]).toEqual([
        columnsOfRow,
        4,
        [],
      ]);
    }
  });
});
