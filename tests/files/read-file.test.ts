import { desc, eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { audit } from '../../schema/audit.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { readBytes, sentFile, used } from '../support/people/files.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { pdf } from '../support/pictures.ts';

const looksAt = (id: string) =>
  database()
    .select({ actor: audit.actorId, action: audit.action, details: audit.details })
    .from(audit)
    .where(eq(audit.subjectId, id))
    .orderBy(desc(audit.id));

describe('GET /v1/files/{fileId}', () => {
  it('gives a document to admins alone, and writes down each look', async () => {
    const [driver, admin] = await Promise.all([newDriver({ active: false }), newAdmin()]);
    const { id } = await sentFile(driver, { purpose: 'document', name: 'license.pdf' }, pdf());
    const path = `/v1/files/${id}`;
    for (const caller of [driver, await newDriver(), await newCustomer()]) {
      expect(await caller.get(path)).toMatchObject(refusal(404, 'not_found'));
    }
    expect(await new Client().get(path)).toMatchObject(refusal(401, 'unauthenticated'));
    expect(await looksAt(id)).toEqual([]);

    const { status, headers, bytes } = await readBytes(admin, path);
    expect({ status, bytes }).toEqual({ status: 200, bytes: pdf() });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="license.pdf"; filename*=UTF-8''license.pdf`,
      'content-security-policy': expect.stringMatching(/default-src 'none'; sandbox/u),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      'cross-origin-resource-policy': 'same-site',
    });
    await readBytes(admin, path, {}, 'HEAD');
    const look = { actor: admin.id, action: 'file.read', details: { purpose: 'document', ownerId: driver.id } };
    expect(await looksAt(id)).toEqual([look, look]);
  });

  it('gives a file of a chat to its sender, and to the members once it is sent; not to admins', async () => {
    const [customer, driver, admin] = await Promise.all([newCustomer(), newDriver(), newAdmin()]);
    const roomId = await newRoom(customer, driver);
    const file = await sentFile(customer, { purpose: 'chat', roomId });
    const statuses = async () =>
      Promise.all(
        [customer, driver, admin, await newCustomer()].map(async (each) => (await readBytes(each, file.url)).status),
      );
    expect(await statuses()).toEqual([200, 404, 404, 404]);
    await used(file);
    expect(await statuses()).toEqual([200, 200, 404, 404]);
  });

  it('is told by its ETag', async () => {
    const customer = await newCustomer();
    const { id } = await sentFile(customer);
    const { headers } = await readBytes(customer, `/v1/files/${id}`);
    const again = await readBytes(customer, `/v1/files/${id}`, { 'If-None-Match': headers.get('ETag') ?? '' });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });
});

describe('DELETE /v1/files/{fileId}', () => {
  it('takes back what nothing uses yet, its owner alone', async () => {
    const [customer, other] = await Promise.all([newCustomer(), newCustomer()]);
    const file = await sentFile(customer);
    const path = `/v1/files/${file.id}`;
    const remove = (caller: Client) => caller.call(path, { method: 'DELETE' });
    expect(await remove(other)).toMatchObject(refusal(404, 'not_found'));
    expect(await remove(customer)).toMatchObject({ status: 204 });
    expect(await remove(customer)).toMatchObject(refusal(404, 'not_found'));
    expect(await customer.get(path)).toMatchObject(refusal(404, 'not_found'));

    const inUse = await sentFile(customer);
    await used(inUse);
    expect(await customer.call(`/v1/files/${inUse.id}`, { method: 'DELETE' })).toMatchObject(
      refusal(409, 'file_in_use'),
    );
  });
});
