import type { Database } from '../../../db/engine/client.ts';
import { readRights, readServerFacts } from '../../../db/server-facts.ts';
import type { ServerFacts } from '../../../db/server-facts.ts';
import type { Config } from '../config.ts';
import { readMigrationStatus } from '../migration-status.ts';
import { about } from './finding.ts';
import type { Finding } from './finding.ts';

/** How far the clocks of a process and of the database may be apart, in milliseconds: what is worth a look, and what breaks things. */
const skewMs = { warning: 500, fault: 5_000 };
const oldestVersion = [10, 11] as const;

/** What each user of the database has to be able to do, and no more: what deploy/mariadb/rights.sql gives. */
export const rightsOf = {
  product: ['select', 'insert', 'update', 'delete'],
  migration: ['select', 'insert', 'update', 'delete', 'create', 'alter', 'drop', 'index', 'references'],
  backup: ['select', 'show view', 'trigger'],
} as const;

/** The server, its clock, what the product's user may do there, and whether the schema is this version's. */
export async function checkDatabase(db: Database, config: Pick<Config, 'databaseConnections' | 'database'>) {
  const askedAt = Date.now();
  const facts = await readServerFacts(db);
  const answeredAt = Date.now();
  return [
    ...checkServer(facts, config),
    ...checkClock(facts, { askedAt, answeredAt }),
    ...(await checkRights(db, 'product')),
    ...(await checkMigrations(db)),
  ];
}

function checkServer(facts: ServerFacts, { databaseConnections }: Pick<Config, 'databaseConnections'>): Finding[] {
  const { ok, warning, fault } = about('database');
  const { version, cipher, flush, maxConnections, readOnly, charset } = facts;
  const findings = [ok(`MariaDB ${version}, ${cipher === '' ? 'without TLS' : `over TLS (${cipher})`}`)];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1])) {
    findings.push(fault(`it is older than ${oldestVersion.join('.')}`));
  }
  if (flush !== 1) {
    findings.push(
      fault(`innodb_flush_log_at_trx_commit is ${flush}: with the machine, what was acknowledged is lost; set 1`),
    );
  }
  if (readOnly) findings.push(fault('it is read-only'));
  if (charset !== 'utf8mb4')
    findings.push(fault(`its character set is ${charset}: alter database … character set utf8mb4`));
  if (maxConnections < databaseConnections * 2) {
    findings.push(
      warning(
        `max_connections is ${maxConnections}: too few for two processes of ${databaseConnections} connections each`,
      ),
    );
  }
  return findings;
}

function checkClock({ now }: ServerFacts, { askedAt, answeredAt }: { askedAt: number; answeredAt: number }): Finding[] {
  const { ok, warning, fault } = about('clock');
  // The answer was given at some moment between the two.
  const apart = Math.max(now - answeredAt, askedAt - now, 0);
  const text = `${(apart / 1000).toFixed(1)} s apart from the database's`;
  if (apart > skewMs.fault) return [fault(`${text}: set the clocks by NTP`)];
  return [apart > skewMs.warning ? warning(`${text}: set the clocks by NTP`) : ok('as the database has it')];
}

/** Whether a user may do what it has to, and no more. */
export async function checkRights(db: Database, user: keyof typeof rightsOf): Promise<Finding[]> {
  const { ok, warning, fault } = about(user === 'product' ? 'rights' : `rights of ${user}`);
  const rights = await readRights(db);
  const needed: readonly string[] = rightsOf[user];
  const missing = needed.filter((right) => !rights.has(right));
  if (missing.length > 0) return [fault(`the user lacks ${missing.join(', ')} on the database`)];
  const beyond = [...rights].filter((right) => !needed.includes(right));
  if (beyond.length === 0) return [ok('as they should be')];
  const which = beyond.length > 6 ? 'nearly everything' : beyond.join(', ');
  return [warning(`the user may do more than it needs: ${which}`)];
}

async function checkMigrations(db: Database): Promise<Finding[]> {
  const { ok, warning, fault } = about('migrations');
  const { applied, pending, newer } = await readMigrationStatus(db);
  if (newer) return [warning('a newer version has migrated the database')];
  if (pending.length > 0) return [fault(`${pending.length} of them wait, from ${pending[0]} on: kingbus migrate`)];
  return [ok(`${applied.length}, the last ${applied.at(-1)}`)];
}
