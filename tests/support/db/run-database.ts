import { inject } from 'vitest';
import type { Database } from '../../../db/engine/client.ts';
import { connect } from '../../../db/engine/connect.ts';

let opened: Database | undefined;

/** The run's database, for what the API does not show or cannot do. */
export function database(): Database {
  opened ??= connect(inject('databaseUrl'), { connections: 4 });
  return opened;
}
