import type { SslOptions } from 'mysql2';
import type { ConnectOptions } from './connect-options.ts';
import type { HostOptions } from './database-host.ts';
import type { DatabaseAddress } from './database-url.ts';

/** What mysql2 is told of each host. */
export function hostOptions(address: DatabaseAddress, options: ConnectOptions): HostOptions[] {
  const { user, database, hosts } = address;
  const bound = options.lockAndIdleTimeoutSeconds;
  const isOfCluster = hosts.length > 1;
  const ssl = tlsOptions(address, options.ca);
  const common = {
    user,
    database,
    passwords: options.passwords ?? [address.password],
    ...(ssl !== undefined && { ssl }),
    settings:
      bound === undefined
        ? undefined
        : `set session idle_transaction_timeout = ${bound}, innodb_lock_wait_timeout = ${bound}`,
    isOfCluster,
    connectionLimit: options.connections,
    disableEval: options.disableEval ?? false,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    connectTimeout: 5_000,
    // A crowd that outgrows the pool waits here; far behind this bound an early error beats a late answer.
    queueLimit: 10_000,
    idleTimeout: 60_000,
    // Nothing here is prepared, and the room for 16,000 statements is half a megabyte a connection.
    maxPreparedStatements: 1,
  };
  return hosts.map(({ host, port }) => Object.assign({ host, port }, common));
}

/**
 * What mysql2 is told of TLS: the certificate has to be for the host's name, and of an authority in `ca` (PEM) where the URL names a
 * file of them, else of one that the runtime knows. Undefined where no TLS is asked for.
 */
function tlsOptions({ tls }: DatabaseAddress, ca: string | undefined): SslOptions | undefined {
  if (tls === undefined) return undefined;
  if (tls.caFile !== undefined && ca === undefined) throw new Error('the authorities that sslCa names were not read');
  return { verifyIdentity: true, rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
}
