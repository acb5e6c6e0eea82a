import type { Connection, ResultSetHeader } from 'mysql2/promise';

/** How long a lease holds that nobody renews, in seconds: a process that died holds up the next one no longer. */
const seconds = 60;
const lookMs = 250;

const makeTable =
  'create table if not exists __migration_lease (name varchar(16) primary key, holder char(36), held_until datetime(3))';
const makeRow = "insert ignore into __migration_lease values ('migrations', '', utc_timestamp(3))";
const take = `update __migration_lease set holder = ?, held_until = utc_timestamp(3) + interval ${seconds} second
  where name = 'migrations' and (held_until <= utc_timestamp(3) or holder = ?)`;
const giveBack = "update __migration_lease set held_until = utc_timestamp(3) where name = 'migrations' and holder = ?";

/**
 * Runs `work` while nobody else does, by a lease that is a row: unlike `get_lock`, it holds for all nodes of a cluster. Waits for
 * another one's as long as that is renewed. `keeper` is a connection beside those that work: one statement of a migration
 * may take longer than the lease.
 */
export async function withMigrationLease(keeper: Connection, work: () => Promise<void>): Promise<void> {
  const holder = crypto.randomUUID();
  await keeper.query(makeTable);
  await keeper.query(makeRow);
  while (!(await isTaken(keeper, holder))) await new Promise((resolve) => void setTimeout(resolve, lookMs));
  // A renewal that fails now may do well the next time; where none does, the lease ends, as it would with us.
  const renewal = setInterval(() => void isTaken(keeper, holder).catch(() => {}), (seconds * 1000) / 4);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    await keeper.query(giveBack, [holder]);
  }
}

/** Takes the lease, or keeps it for longer; false where somebody else has it. */
async function isTaken(keeper: Connection, holder: string): Promise<boolean> {
  try {
    const [{ affectedRows }] = await keeper.query<ResultSetHeader>(take, [holder, holder]);
    return affectedRows === 1;
  } catch (error) {
    // Another node gave it to somebody at the same moment.
    if ((error as { code?: unknown }).code === 'ER_LOCK_DEADLOCK') return false;
    throw error;
  }
}
