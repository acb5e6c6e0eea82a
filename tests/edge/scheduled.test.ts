import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../db/engine/connect.ts';
import type { Database } from '../../db/engine/client.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import type { AccountId } from '../../schema/ids.ts';
import { jobs } from '../../schema/jobs.ts';
import { idempotencyKeys } from '../../schema/idempotency.ts';
import { Client } from '../support/clients/client.ts';
import { DatabaseLink } from '../support/servers/edge-database-link.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { password, validCustomer } from '../support/people/people.ts';
import { testSettings } from '../support/servers/settings.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

const newId = createNewId(Date.now);
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3600 * 1000).toISOString();

describe('every minute, the Worker', () => {
  const { databaseUrl, keysDirectory } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let link: DatabaseLink;
  let worker: Worker;
  let own: Database;
  let accountId: AccountId;

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    link = new DatabaseLink(database.url);
    await link.mend();
    worker = await startWorker(link.urlOf(database.url), workerBindings(keysDirectory));
    own = connect(database.url, { connections: 1 });
    const client = new Client(undefined, worker.origin);
    const { username } = validCustomer();
    await client.post('/v1/accounts', { ...validCustomer(), username });
    const { body } = await client.post<Session>('/v1/sessions', { username, password });
    accountId = body.account.id as AccountId;
  });
  afterAll(async () => {
    await worker?.stop();
    await own?.$client.close();
    await link?.cut();
    await database?.drop();
  });

  const remember = (key: string, createdAt: string) =>
    own.insert(idempotencyKeys).values({ accountId, key, fingerprint: '', resourceId: newId<string>(), createdAt });
  const remembered = async () => {
    const rows = await own.select({ key: idempotencyKeys.key }).from(idempotencyKeys);
    return rows.map(({ key }) => key);
  };

  /** Makes the hourly purge due now. */
  const hourPasses = () =>
    own
      .update(jobs)
      .set({ dueAt: hoursAgo(0) })
      .where(eq(jobs.name, 'purge'));

  it('runs the jobs that are due, says what they did in its log, and gives its connection back', async () => {
    await remember('old', hoursAgo(49));
    await remember('young', hoursAgo(47));
    expect(await worker.scheduled()).toBe('ok');
    expect(await remembered()).toEqual(['young']);
    await vi.waitFor(() =>
      expect(worker.logged()).toContainEqual(
        expect.objectContaining({ level: 'info', msg: 'a job ran', job: 'purge', idempotencyKeys: 1 }),
      ),
    );
    await vi.waitFor(() => expect(link.open).toBe(0));
    // The next minute the purge is not due yet.
    await remember('old as well', hoursAgo(49));
    expect(await worker.scheduled()).toBe('ok');
    expect(await remembered()).toContain('old as well');
  });

  it('says so to the platform when MariaDB is away, and does it the next time', async () => {
    await remember('older', hoursAgo(50));
    await hourPasses();
    await link.cut();
    expect(await worker.scheduled()).toBe('exception');
    expect(await remembered()).toContain('older');
    await link.mend();
    expect(await worker.scheduled()).toBe('ok');
    expect(await remembered()).not.toContain('older');
  });
});
