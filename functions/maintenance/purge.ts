import type { Database } from '../../db/engine/client.ts';

/** What nobody will ask for again after a while. */
export interface Purge {
  /** What it is of, in the counts of the job. */
  name: string;
  /** How long it is kept, in milliseconds. */
  keepMs: number;
  /** Deletes what became of no use before `before`, `limit` rows at most, and gives how many. */
  deleteSome: (db: Database, before: string, limit: number) => Promise<number>;
}
