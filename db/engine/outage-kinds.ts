/**
 * Why MariaDB cannot do what it is asked, where what was asked is fine and may be asked again: `unreachable` (no connection, or
 * one that broke), `tls` (the handshake was refused, on either side), `access` (it refuses our user: password, rights, a database
 * that is not there), `full` (no room on a disk or in memory), `read_only`, `not_ready` (a node of a cluster that is joining, or
 * cut off from the others), `busy` (connections, locks or time have run out).
 */
export type OutageKind = 'unreachable' | 'tls' | 'access' | 'full' | 'read_only' | 'not_ready' | 'busy';

/** By the names of https://mariadb.com/kb/en/mariadb-error-code-reference/, of Node's system errors, and of mysql2. */
const codes: Record<OutageKind, readonly string[]> = {
  unreachable: [
    'EAI_AGAIN',
    'EADDRNOTAVAIL',
    'ECONNABORTED',
    'ECONNREFUSED',
    'ECONNRESET',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETDOWN',
    'ENETUNREACH',
    'ENOENT',
    'ENOTFOUND',
    'EPIPE',
    'ERR_STREAM_DESTROYED',
    // A statement that stood behind one of our own, with which the connection could not be set up.
    'ERR_STREAM_WRITE_AFTER_END',
    'ETIMEDOUT',
    'PROTOCOL_CONNECTION_LOST',
    'ER_ABORTING_CONNECTION',
    'ER_CONNECTION_KILLED',
    'ER_NET_ERROR_ON_WRITE',
    'ER_NET_READ_ERROR',
    'ER_NET_READ_INTERRUPTED',
    'ER_NET_WRITE_INTERRUPTED',
    'ER_NEW_ABORTING_CONNECTION',
    'ER_SERVER_SHUTDOWN',
  ],
  tls: ['HANDSHAKE_NO_SSL_SUPPORT', 'HANDSHAKE_SSL_ERROR', 'EPROTO'],
  access: [
    'AUTH_SWITCH_PLUGIN_ERROR',
    'ER_ACCESS_DENIED_ERROR',
    'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
    'ER_ACCOUNT_HAS_BEEN_LOCKED',
    'ER_BAD_DB_ERROR',
    'ER_COLUMNACCESS_DENIED_ERROR',
    'ER_DBACCESS_DENIED_ERROR',
    'ER_HOST_IS_BLOCKED',
    'ER_HOST_NOT_PRIVILEGED',
    'ER_MUST_CHANGE_PASSWORD',
    'ER_MUST_CHANGE_PASSWORD_LOGIN',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_USER_IS_BLOCKED',
  ],
  full: [
    'ER_BINLOG_LOGGING_IMPOSSIBLE',
    'ER_DISK_FULL',
    'ER_ERROR_ON_WRITE',
    'ER_GET_ERRNO',
    'ER_LOCK_TABLE_FULL',
    'ER_OUTOFMEMORY',
    'ER_OUT_OF_RESOURCES',
    'ER_OUT_OF_SORTMEMORY',
    'ER_RECORD_FILE_FULL',
  ],
  read_only: [
    'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
    'ER_OPEN_AS_READONLY',
    'ER_OPTION_PREVENTS_STATEMENT',
    'ER_READ_ONLY_MODE',
  ],
  // A node of Galera that is no part of the cluster answers every statement with ER_UNKNOWN_COM_ERROR, and a commit that it
  // could not bring to the others with ER_ERROR_DURING_COMMIT.
  not_ready: ['ER_ERROR_DURING_COMMIT', 'ER_UNKNOWN_COM_ERROR'],
  busy: [
    'POOL_CLOSED',
    'POOL_QUEUE_FULL',
    'POOL_TIMEOUT',
    'PROTOCOL_SEQUENCE_TIMEOUT',
    'ER_CHECKREAD',
    'ER_CON_COUNT_ERROR',
    'ER_LOCK_DEADLOCK',
    'ER_LOCK_WAIT_TIMEOUT',
    'ER_QUERY_INTERRUPTED',
    'ER_STATEMENT_TIMEOUT',
    'ER_TOO_MANY_CONCURRENT_TRXS',
    'ER_TOO_MANY_USER_CONNECTIONS',
    'ER_USER_LIMIT_REACHED',
  ],
};

const kinds = new Map(
  Object.entries(codes).flatMap(([kind, names]) => names.map((name) => [name, kind as OutageKind] as const)),
);

/** The kind of outage that a code is; undefined where it is none, but a defect of ours. */
export const outageKindOf = (code: string): OutageKind | undefined =>
  kinds.get(code) ?? (/^(?:ERR_SSL_|ERR_TLS_|CERT_)/u.test(code) ? 'tls' : undefined);
