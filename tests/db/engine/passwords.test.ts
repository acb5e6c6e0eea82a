import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../../db/engine/connect.ts';
import { outageOf } from '../../../db/engine/database-error.ts';
import { product, startBreakableDatabase } from '../../support/db/breakable-database.ts';
import type { BreakableDatabase } from '../../support/db/breakable-database.ts';
import { testSettings } from '../../support/servers/settings.ts';

let database: BreakableDatabase;
beforeAll(async () => {
  database = await startBreakableDatabase(testSettings().runFolder);
});
afterAll(() => database.stop());

const setPassword = (password: string) => database.admin(`alter user ${product} identified by '${password}'`);

it('a password follows another without a statement that fails, while both are known', async () => {
  const passwords = ['the old one', 'the new one'];
  await setPassword('the old one');
  const before = connect(database.url, { connections: 2, passwords });
  await before.execute(sql`select 1`);
  await setPassword('the new one');
  // The second of these is a new connection of the same pool.
  await Promise.all([1, 2, 3].map(() => before.execute(sql`select sleep(0.05)`)));
  const after = connect(database.url, { connections: 2, passwords });
  await Promise.all([1, 2, 3].map(() => after.execute(sql`select sleep(0.05)`)));
  // And back again, as when the change is given up.
  await setPassword('the old one');
  const again = connect(database.url, { connections: 2, passwords: passwords.toReversed() });
  await Promise.all([1, 2, 3].map(() => again.execute(sql`select sleep(0.05)`)));
  await Promise.all([before, after, again].map((db) => db.$client.close()));
});

it('is an outage where the server takes none of the two', async () => {
  await setPassword('a third one');
  const db = connect(database.url, { connections: 2, passwords: ['the old one', 'the new one'] });
  await expect(db.execute(sql`select 1`)).rejects.toSatisfy((error) => outageOf(error) === 'access');
  await db.$client.close();
});

it.each(['p@ss/w:rd?#%', '비밀번호 🔑', '\'"`;--', 'a+b c'])(
  'any password can stand in the URL, percent-encoded, and as it is beside it: %s',
  async (password) => {
    await setPassword(password.replaceAll("'", "''"));
    const encoded = database.url.replace(/:[^:@/]*@/u, `:${encodeURIComponent(password)}@`);
    for (const [url, passwords] of [
      [encoded, undefined],
      [database.url, [password]],
    ] as const) {
      const db = connect(url, { connections: 1, passwords });
      await db.execute(sql`select 1`);
      await db.$client.close();
    }
  },
);
