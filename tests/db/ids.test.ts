import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { databaseErrorCode } from '../../db/engine/database-error.ts';
import { idText } from '../../schema/ids.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { testSettings } from '../support/servers/settings.ts';

let server: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeAll(async () => {
  server = await createTestDatabase(testSettings().databaseUrl);
  db = connect(server.url, { connections: 1 });
  await db.execute(sql`create table ids (id uuid not null)`);
});
afterAll(async () => {
  await db.$client.close();
  await server.drop();
});

const octets = ['00', '01', '5f', '7f', '80', '81', '8a', '90', 'a0', 'bf', 'c0', 'ff'];
/** Of each version, and of each kind of variant: https://www.rfc-editor.org/rfc/rfc9562#section-4 */
const uuids = Array.from({ length: 16 }, (_, version) => version.toString(16)).flatMap((version) =>
  octets.map((octet) => `01a21e92-c0fe-${version}000-${octet}fa-a3d31d19e56c`),
);
const without = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

const isKept = (id: string) =>
  db.execute(sql`insert into ids values (${id})`).then(
    () => true,
    (error: unknown) => {
      expect(databaseErrorCode(error)).toBe('ER_TRUNCATED_WRONG_VALUE');
      return false;
    },
  );

test('every text that is an id is one that MariaDB keeps', async () => {
  const refused: string[] = [];
  for (const id of [...uuids, ...without]) if (idText.test(id) && !(await isKept(id))) refused.push(id);
  expect(refused).toEqual([]);
});

test('what MariaDB does not keep is of a version after 7', async () => {
  const refused: string[] = [];
  for (const id of uuids) if (!(await isKept(id))) refused.push(id);
  expect(new Set(refused.map((id) => id[14]))).toEqual(new Set(['8', '9', 'a', 'b', 'c', 'd', 'e', 'f']));
});
