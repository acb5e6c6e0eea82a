import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StartFault } from '../start-fault.ts';
import { readPrivateFile } from './private-file.ts';

/** The settings that are secret, or may hold a secret. */
export const secretNames = [
  'DATABASE_URL',
  'KINGBUS_DATABASE_PASSWORD',
  'KINGBUS_MIGRATION_DATABASE_URL',
  'KINGBUS_MIGRATION_DATABASE_PASSWORD',
  'KINGBUS_BACKUP_DATABASE_URL',
  'KINGBUS_BACKUP_DATABASE_PASSWORD',
  'REDIS_URL',
  'KINGBUS_REDIS_PASSWORD',
  'KINGBUS_S3_ACCESS_KEY_ID',
  'KINGBUS_S3_SECRET_ACCESS_KEY',
  'KINGBUS_MAIL_URL',
  'KINGBUS_MAIL_PASSWORD',
  'KINGBUS_SMS_KEY',
  'KINGBUS_SMS_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with every secret in its place, wherever it came from: the variable `NAME`; the file that `NAME_FILE` names, as
 * Docker and Kubernetes mount them; or the credential `NAME` that systemd hands to a unit (`LoadCredential=`, in the folder
 * `$CREDENTIALS_DIRECTORY`). Of a file the line break at its end does not count. From two places at once it has to be the same.
 *
 * @param options.strict files that others can read are refused
 */
export function gatherSecrets(
  environment: Environment,
  options: { strict: boolean },
): { environment: Environment; faults: string[] } {
  const gathered: Record<string, string | undefined> = { ...environment };
  const faults: string[] = [];
  for (const name of secretNames) {
    try {
      const found = findSecret(name, environment, options);
      if (found !== undefined) gathered[name] = found;
    } catch (error) {
      if (!(error instanceof StartFault)) throw error;
      faults.push(...error.faults.map((fault) => `${name}: ${fault}`));
    }
  }
  return { environment: gathered, faults };
}

function findSecret(name: string, environment: Environment, options: { strict: boolean }): string | undefined {
  const variable = environment[name];
  const file = environment[`${name}_FILE`];
  const folder = environment['CREDENTIALS_DIRECTORY'];
  const credential = folder ? join(folder, name) : undefined;
  const found = new Map<string, string>();
  if (variable) found.set('the variable', variable);
  if (file) found.set(`${name}_FILE`, readSecret(file, options));
  // A unit names every credential that there may be, and gives an empty one for each that there is not.
  const given = credential !== undefined && existsSync(credential) ? readSecret(credential, options) : '';
  if (given !== '') found.set('the credential', given);
  if (new Set(found.values()).size > 1) {
    throw new StartFault([`${[...found.keys()].join(' and ')} differ: give one of them`]);
  }
  return [...found.values()][0];
}

const readSecret = (path: string, options: { strict: boolean }): string =>
  readPrivateFile(path, options).replace(/(?:\r?\n)+$/u, '');
