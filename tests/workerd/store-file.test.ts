import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { isolateOf } from '../../adapters/edge/isolate.ts';
import { openPorts } from '../../adapters/edge/open-ports.ts';
import { storeFile } from '../../functions/files/store-file.ts';
import { bytesOf, Gate, patterned, sha256Of } from '../ports/bodies.ts';
import { newCustomer } from './people.ts';

test('an upload to R2 leaves the only connection of its request free while it streams', async () => {
  const { ports, close } = openPorts(await isolateOf(env));
  const { id: ownerId } = await newCustomer();
  const [bytes, gate] = [patterned(6 * 2 ** 20), new Gate()];
  const file = {
    ownerId,
    purpose: 'vehicle_photo',
    class: 'public',
    type: 'image/webp',
    maxBytes: bytes.length,
  } as const;
  const stored = storeFile(ports, file, gate.after(bytes, 65_536));
  await gate.reached;
  expect(ports.db.$client.load()).toEqual({ busy: 0, waiting: 0 });
  const [rows] = await ports.db.execute(sql`select \`key\`, state, sha256 from files where owner_id = ${ownerId}`);
  const [row] = rows as unknown as { key: never; state: string; sha256: string | null }[];
  expect(row).toMatchObject({ state: 'pending', sha256: null });
  expect(await ports.files.open(row?.key as never)).toBeUndefined();
  gate.open();
  expect(await stored).toMatchObject({ bytes: bytes.length, sha256: await sha256Of(bytes) });
  expect((await bytesOf((await ports.files.open(row?.key as never))?.body)).length).toBe(bytes.length);
  await close();
});
