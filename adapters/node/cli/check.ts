import { checkDatabase, checkRights } from '../check/check-database.ts';
import { checkFiles } from '../check/check-files.ts';
import { checkKeys } from '../check/check-keys.ts';
import { checkMail, checkSms } from '../check/check-notices.ts';
import { checkRedis } from '../check/check-redis.ts';
import { about, look } from '../check/finding.ts';
import type { Finding } from '../check/finding.ts';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import type { Environment } from '../settings/secrets.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand, Answer } from './command.ts';
import { explainFailure } from './failure.ts';
import { folderOf } from './keys-folder.ts';
import { withDatabase } from './with-database.ts';

export const addCheck: AddCommand = (program, context) => {
  const command = program
    .command('check')
    .description(
      'looks at everything that the product needs, and says all that is wrong; the exit code is 1 where something is',
    );
  answering(command, context, async () => describeFindings(await findAll(context.environment)));
};

const faultsOf = (error: unknown): readonly string[] => explainFailure(error).faults;

/** Everything that can be looked at. Where the settings are wrong, that is what can be read without them: the keys. */
export async function findAll(environment: Environment): Promise<Finding[]> {
  const strict = environment['KINGBUS_ENV'] === 'production';
  const looks: Promise<Finding[]>[] = [];
  try {
    const config = readConfig(environment);
    looks.push(Promise.resolve([about('settings').ok(`of ${config.settings.environment}`)]), ...lookAround(config));
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    looks.push(Promise.resolve(error.faults.map((fault) => about('settings').fault(fault))));
  }
  looks.push(look('keys', () => checkKeys(folderOf({}, environment), { strict }), faultsOf));
  return (await Promise.all(looks)).flat();
}

function lookAround(config: Config): Promise<Finding[]>[] {
  const { database, migrationDatabase, backupDatabase, redisUrl, files, notices } = config;
  const rights = (user: 'migration' | 'backup', account: typeof database) =>
    account.url === database.url
      ? []
      : [look(`rights of ${user}`, () => withDatabase(account, (db) => checkRights(db, user)), faultsOf)];
  return [
    look('database', () => withDatabase(database, (db) => checkDatabase(db, config)), faultsOf),
    ...rights('migration', migrationDatabase),
    ...rights('backup', backupDatabase),
    redisUrl === undefined
      ? Promise.resolve([about('redis').warning('none is set: right where one process does everything')])
      : look('redis', () => checkRedis(redisUrl), faultsOf),
    look('files', () => checkFiles(files), faultsOf),
    ...lookAtNotices(notices),
  ];
}

const lookAtNotices = ({ mail, sms }: Config['notices']): Promise<Finding[]>[] => [
  mail === undefined ? notSetUp('mail') : look('mail', () => checkMail(mail), faultsOf),
  sms === undefined ? notSetUp('sms') : look('sms', () => checkSms(sms), faultsOf),
];

const notSetUp = (subject: string): Promise<Finding[]> =>
  Promise.resolve([about(subject).warning('is not set up: nobody gets codes or news on that way')]);

/** Findings for people and programs; the exit code is 1 where one is a fault. */
export function describeFindings(findings: Finding[]): Omit<Answer, 'text'> & { text: string[] } {
  const faults = findings.filter(({ level }) => level === 'fault').length;
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.map(({ level, subject, text }) => `${level.padEnd(7)}  ${subject.padEnd(width)}  ${text}`);
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  return {
    text: [...lines, '', `${faults} faults, ${warnings} warnings.`],
    json: { ok: faults === 0, findings },
    exitCode: faults === 0 ? 0 : 1,
  };
}
