import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { keyLives } from '../../shared/keys.ts';
import type { KeyLife } from '../../shared/keys.ts';
import { listKeyFiles, readKeyFiles } from '../keys-directory.ts';
import type { KeyFile } from '../keys-directory.ts';
import type { Environment } from '../settings/secrets.ts';

export interface KeysOptions {
  folder?: string;
}

/** Lets a command of keys be told its folder, for keys that no process of this machine uses, such as those of the edge. */
export const withFolder = (command: Command): Command =>
  command.option('--folder <path>', 'where the keys are (KINGBUS_KEYS)');

export const folderOf = ({ folder }: KeysOptions, environment: Environment): string =>
  resolve(folder ?? (environment['KINGBUS_KEYS'] || '.kingbus/keys'));

/** A key with the file that it is in, and where it stands. */
export type KnownKey = KeyLife<KeyFile['jwk']> & { path: string };

/** The keys of a folder, in the order in which they sign; none where the folder is not there. */
export async function readKnownKeys(folder: string, environment: Environment): Promise<KnownKey[]> {
  const options = { strict: environment['KINGBUS_ENV'] === 'production' };
  if (!existsSync(folder) || listKeyFiles(folder, options).length === 0) return [];
  const files = await readKeyFiles(folder, options);
  const paths = new Map(files.map(({ path, jwk }) => [jwk, path]));
  const lives = keyLives(
    files.map(({ jwk }) => jwk),
    Date.now(),
  );
  return lives.map((life) => Object.assign(life, { path: paths.get(life.jwk) ?? '' }));
}

/** What may be said of a key: never the private half. */
export const publicOf = ({ jwk, state, signsFrom, endsAt, path }: KnownKey) => ({
  kid: jwk.kid ?? '',
  state,
  signsFrom: signsFrom === 0 ? null : instant(signsFrom),
  endsAt: endsAt === undefined ? null : instant(endsAt),
  file: path,
});

export const instant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/u, '');
