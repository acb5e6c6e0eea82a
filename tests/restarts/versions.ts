import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../local/folder.ts';

const run = promisify(execFile);

/** A version of the product, made of this one: its tree, and what its migrations make of a database. */
export interface Version {
  folder: string;
  migrate: (environment: Record<string, string>) => Promise<void>;
}

/** A column of trips comes with one migration, and goes with another. */
const migrations = {
  /** Only adds: the version before goes on, and what it writes gets the column's default. */
  expand: (column: string) => `alter table \`orders\` add column \`${column}\` varchar(16) not null default 'web'`,
  /** Takes away what only an earlier version used. */
  contract: (column: string) => `alter table \`orders\` drop column \`${column}\``,
};

export interface Migration {
  kind: keyof typeof migrations;
  column: string;
}
const expand: Migration = { kind: 'expand', column: 'channel' };
const contract: Migration = { kind: 'contract', column: 'channel' };

/** The next version: it writes a column that this one does not know. */
export const makeNextVersion = (folder: string): Version => {
  const version = makeVersion(folder, [expand]);
  writeColumn(folder, expand.column);
  return version;
};

/** The version after that: it has given the column up again, and takes it away once nobody uses it. */
export const makeVersionAfter = (folder: string): Version => makeVersion(folder, [expand, contract]);

/** Changes a tree of the product: each trip gets another value in a column than its default. */
export function writeColumn(folder: string, column: string): void {
  const file = join(folder, 'schema/orders.ts');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(
    /mysqlTable\(\s*'orders',\s*\{/u,
    `$&\n    ${column}: varchar('${column}', { length: 16 }).notNull().$default(() => 'next'),`,
  );
  if (after === before) throw new Error('schema/orders.ts has no table of this form');
  writeFileSync(file, after);
}

/** Changes a tree of the product: it has these migrations as well. */
export function addMigrations(folder: string, added: readonly Migration[]): void {
  const list = join(folder, 'db/migrations/meta/_journal.json');
  const journal = JSON.parse(readFileSync(list, 'utf8')) as { entries: { idx: number; when: number; tag: string }[] };
  for (const { kind, column } of added) {
    const last = journal.entries.at(-1);
    if (last === undefined) throw new Error('there is no migration');
    const entry = { ...last, idx: last.idx + 1, when: last.when + 1, tag: `${last.idx + 1}_${kind}` };
    journal.entries.push(entry);
    writeFileSync(join(folder, `db/migrations/${entry.tag}.sql`), `${migrations[kind](column)};\n`);
  }
  writeFileSync(list, JSON.stringify(journal));
}

function makeVersion(folder: string, added: readonly Migration[]): Version {
  mkdirSync(folder, { recursive: true });
  for (const name of ['adapters', 'client', 'db', 'functions', 'schema', 'package.json']) {
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  addMigrations(folder, added);
  return {
    folder,
    async migrate(environment) {
      await run(process.execPath, ['adapters/node/cli.ts', 'migrate'], {
        cwd: folder,
        env: { PATH: process.env['PATH'], ...environment },
      });
    },
  };
}
