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

const migrations = {
  /** Only adds: the version before goes on, and what it writes gets the column's default. */
  expand: "alter table `orders` add column `channel` varchar(16) not null default 'web'",
  /** Takes away what only an earlier version used. */
  contract: 'alter table `orders` drop column `channel`',
} as const;
type Migration = keyof typeof migrations;

/** The next version: it writes a column that this one does not know. */
export const makeNextVersion = (folder: string): Version => {
  const version = makeVersion(folder, ['expand']);
  const file = join(folder, 'schema/orders.ts');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(
    /mysqlTable\(\s*'orders',\s*\{/u,
    "$&\n    channel: varchar('channel', { length: 16 }).notNull().$default(() => 'next'),",
  );
  if (after === before) throw new Error('schema/orders.ts has no table of this form');
  writeFileSync(file, after);
  return version;
};

/** The version after that: it has given the column up again, and takes it away once nobody uses it. */
export const makeVersionAfter = (folder: string): Version => makeVersion(folder, ['expand', 'contract']);

function makeVersion(folder: string, added: readonly Migration[]): Version {
  mkdirSync(folder, { recursive: true });
  for (const name of ['adapters', 'client', 'db', 'functions', 'schema', 'package.json']) {
    cpSync(join(checkout, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const list = join(folder, 'db/migrations/meta/_journal.json');
  const journal = JSON.parse(readFileSync(list, 'utf8')) as { entries: { idx: number; when: number; tag: string }[] };
  for (const name of added) {
    const last = journal.entries.at(-1);
    if (last === undefined) throw new Error('there is no migration');
    const entry = { ...last, idx: last.idx + 1, when: last.when + 1, tag: `${last.idx + 1}_${name}` };
    journal.entries.push(entry);
    writeFileSync(join(folder, `db/migrations/${entry.tag}.sql`), `${migrations[name]};\n`);
  }
  writeFileSync(list, JSON.stringify(journal));
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
