import { readFileSync } from 'node:fs';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import type { ConnectOptions } from '../../db/engine/connect-options.ts';
import { parseDatabaseUrl } from '../../db/engine/database-url.ts';

/** Who the database is opened as. */
export interface DatabaseAccess {
  url: string;
  /** Tried where the one in the URL is refused. */
  otherPassword?: string | undefined;
}

/** Opens the database of a URL, with the authorities of the file that its `sslCa` names. */
export const openDatabase = (access: DatabaseAccess, options: ConnectOptions): Database =>
  connect(access.url, { ...options, ...credentialsOf(access) });

/** What the URL only names: the certificates of its authorities, as PEM, and the passwords to try. */
export function credentialsOf({ url, otherPassword }: DatabaseAccess): Pick<ConnectOptions, 'ca' | 'passwords'> {
  const address = parseDatabaseUrl(url);
  const file = address?.tls?.caFile;
  return {
    ca: file === undefined ? undefined : readFileSync(file, 'utf8'),
    passwords: otherPassword === undefined ? undefined : [address?.password ?? '', otherPassword],
  };
}
