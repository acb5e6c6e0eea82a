import { eq, inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { remindDocuments } from '../../functions/documents/remind-documents.ts';
import type { Ports } from '../../functions/ports.ts';
import { seoulDay } from '../../functions/seoul-day.ts';
import { documents } from '../../schema/documents.ts';
import type { DocumentId } from '../../schema/ids.ts';
import { database } from '../support/db/run-database.ts';
import { approved, dayIn, handedIn } from '../support/people/documents.ts';
import { newAdmin, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { added } from '../support/people/vehicles.ts';
import { testPorts } from '../support/ports.ts';

const job = { kind: 'job', name: 'remind-documents' } as const;
const day = 24 * 3600 * 1000;

/** A job's ports, and what it tells of one document. */
async function reminding() {
  const { ports, clock } = await testPorts();
  const told: { channel: string; target: string; document: unknown }[] = [];
  const delivery: Ports['delivery'] = {
    ...ports.delivery,
    deliver: ({ rows }) =>
      void told.push(...rows.map(({ channel, target, event }) => ({ channel, target, document: event['document'] }))),
  };
  return {
    clock,
    run: () => remindDocuments({ ...ports, delivery }, job),
    of: ({ id }: { id: string }) => told.filter(({ document }) => document === id),
  };
}

/** Those of other tests of this run end when they like: only these are looked at. */
async function ending(person: Person, admin: Person, days: number) {
  return approved(admin, person, { expiresOn: dayIn(days) });
}

describe('the reminders of a document that ends', () => {
  it('come 30, 7 and 1 days before, each once, wherever its operator is reached', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const document = await ending(driver, admin, 40);
    const { clock, run, of } = await reminding();
    const counts: number[] = [];
    for (let passed = 0; passed <= 50; passed++) {
      const before = of(document).length;
      await run();
      await run();
      counts[40 - passed + 20] = of(document).length - before;
      clock.advance(day);
    }
    const days = counts.flatMap((count, index) => (count > 0 ? [index - 20] : []));
    expect(days).toEqual([1, 7, 30]);
    expect(of(document)).toHaveLength(9);
    expect(of(document).map(({ channel }) => channel)).toEqual(
      Array.from({ length: 3 }, () => ['account', 'email', 'sms']).flat(),
    );
    expect(new Set(of(document).map(({ target }) => target))).toEqual(new Set([driver.id]));
  });

  it.each([
    [31, 0],
    [30, 1],
    [8, 1],
    [7, 1],
    [2, 1],
    [1, 1],
    [0, 1],
    [-1, 1],
    [-7, 1],
    [-8, 0],
  ])('after days without a job, %s days before its end: told %s times', async (left, times) => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const document = await ending(driver, admin, 60);
    const { clock, run, of } = await reminding();
    clock.advance((60 - left) * day);
    await run();
    await run();
    expect(of(document)).toHaveLength(times * 3);
  });

  it('come once although two jobs run at once, of more than a transaction takes', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const first = await ending(driver, admin, 60);
    const [row] = await database()
      .select()
      .from(documents)
      .where(eq(documents.id, first.id as DocumentId));
    if (!row) throw new Error('no row');
    const copies = Array.from({ length: 230 }, () => ({
      ...row,
      id: crypto.randomUUID() as DocumentId,
      fileId: null,
    }));
    await database().insert(documents).values(copies);
    const one = await reminding();
    const other = await reminding();
    for (const { clock } of [one, other]) clock.advance(35 * day);
    await Promise.all([one.run(), other.run()]);
    await one.run();
    for (const copy of copies) expect(one.of(copy).length + other.of(copy).length).toBe(3);
    const ids = copies.map(({ id }) => id);
    await database().delete(documents).where(inArray(documents.id, ids));
  });

  it('are of what is approved alone: not of what waits, was replaced, or belongs to a removed vehicle', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const vehicle = await added(driver);
    const certificate = { kind: 'mutual_aid_certificate', vehicleId: vehicle.id, expiresOn: dayIn(20) };
    const gone = await approved(admin, driver, certificate);
    const replaced = await approved(admin, driver, { expiresOn: dayIn(20) });
    const newer = await approved(admin, driver, { expiresOn: dayIn(400) });
    const waiting = await handedIn(driver, { expiresOn: dayIn(20) });
    await driver.call(`/v1/me/vehicles/${vehicle.id}`, { method: 'DELETE' });
    const { run, of } = await reminding();
    await run();
    expect([gone, replaced, newer, waiting].map((document) => of(document).length)).toEqual([0, 0, 0, 0]);
  });

  it('go by the day in Korea', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const document = await ending(driver, admin, 60);
    const { clock, run, of } = await reminding();
    const midnight = Date.parse(`${dayIn(30)}T00:00:00+09:00`);
    clock.advance(midnight - 1 - clock.now());
    await run();
    expect(of(document)).toHaveLength(0);
    clock.advance(1);
    expect(seoulDay(clock.now())).toBe(dayIn(30));
    await run();
    expect(of(document)).toHaveLength(3);
  });
});
