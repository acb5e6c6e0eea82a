import { sql } from 'drizzle-orm';
import type { Database } from './engine/client.ts';

/** Whether the database answers. Never rejects. */
export const answers = (db: Database): Promise<boolean> =>
  db.execute(sql`select 1`).then(
    () => true,
    () => false,
  );
