import type { Connection } from 'mysql2/promise';
import type { ConnectOptions } from './connect-options.ts';
import { DatabaseHost } from './database-host.ts';
import { databaseUrlForm, parseDatabaseUrl } from './database-url.ts';
import { hostOptions } from './host-options.ts';

/**
 * One bare connection, to the first host that is well: for what runs by itself and once, such as migrations. What it reads is
 * what any node had committed. Rejects with what the last host, or the way to it, said.
 */
export async function openSingle(
  url: string,
  options: Pick<ConnectOptions, 'passwords' | 'ca'> = {},
): Promise<Connection> {
  const address = parseDatabaseUrl(url);
  if (address === undefined) throw new Error(`the database's URL makes no sense: ${databaseUrlForm}`);
  let failure: unknown;
  for (const each of hostOptions(address, { ...options, connections: 1 })) {
    try {
      return await new DatabaseHost(each).openBeside();
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
