import { inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { createDevNotifier } from '../../adapters/shared/dev-notifier.ts';
import { purgeExpired } from '../../functions/maintenance/purge-expired.ts';
import { listNotices } from '../../functions/notices/list-notices.ts';
import type { Principal } from '../../functions/identity/principal.ts';
import type { Page } from '../../functions/http/paging.ts';
import type { Notice } from '../../functions/notices/notice.ts';
import { devNotices } from '../../schema/outbox.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';

const noticeTo = (address: string): Notice => ({
  id: '',
  channel: 'email',
  address,
  subject: '제목',
  body: '본문 314159',
});
const newAddress = () => `${crypto.randomUUID()}@example.test`;

describe('GET /v1/admin/notices', () => {
  it('shows what would have been sent, the newest first, of one address', async () => {
    const { ports } = await testPorts();
    const [address, other] = [newAddress(), newAddress()];
    const notifier = createDevNotifier(ports);
    for (const to of [address, other, address]) await notifier.send(noticeTo(to));
    const admin = await newAdmin();
    const { body } = await admin.get<Page<Notice>>(`/v1/admin/notices?address=${encodeURIComponent(address)}`);
    expect(body.items).toMatchObject([noticeTo(address), noticeTo(address)].map(({ id: _, ...notice }) => notice));
    expect(body.nextCursor).toBeNull();
    const all = await admin.get<Page<Notice>>('/v1/admin/notices?limit=1');
    expect(all.body.items).toHaveLength(1);
    expect(all.body.nextCursor).not.toBeNull();
  });

  it('refuses an address that none can be', async () => {
    const answer = await (await newAdmin()).get(`/v1/admin/notices?address=${encodeURIComponent('민지@한국')}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/address' }] } });
  });

  it('is not there in production, where nothing is kept either', async () => {
    const { ports } = await testPorts();
    const production = { ...ports, settings: { ...ports.settings, environment: 'production' as const } };
    const asked = listNotices(production, { accountId: 'a' } as unknown as Principal, { limit: 20 });
    await expect(asked).rejects.toMatchObject({ code: 'not_found' });
    expect(() => createDevNotifier(production)).toThrow('not kept in production');
  });
});

describe('what was kept in the place of being sent', () => {
  it('is deleted after a day', async () => {
    // Long before that of other tests, so that nothing of theirs is old.
    const { ports, clock } = await testPorts({ now: Date.parse('2001-01-01T00:00:00Z') });
    const [old, young] = [newAddress(), newAddress()];
    const notifier = createDevNotifier(ports);
    await notifier.send(noticeTo(old));
    clock.advance(23 * 3600_000);
    await notifier.send(noticeTo(young));
    clock.advance(2 * 3600_000);
    expect(await purgeExpired(ports)).toMatchObject({ devNotices: 1 });
    const left = await database()
      .select({ address: devNotices.address })
      .from(devNotices)
      .where(inArray(devNotices.address, [old, young]));
    expect(left).toEqual([{ address: young }]);
  });

  it('is shown in the log of development alone', async () => {
    const lines: object[] = [];
    const keep = (values: object) => void lines.push(values);
    const log = { debug: keep, info: keep, warn: keep, error: keep };
    const { ports } = await testPorts({ log });
    const address = newAddress();
    await createDevNotifier(ports).send(noticeTo(address));
    expect(lines).toEqual([]);
    const development = { ...ports.settings, environment: 'development' as const };
    await createDevNotifier({ ...ports, settings: development }).send(noticeTo(address));
    expect(lines).toMatchObject([{ channel: 'email', to: address, subject: '제목', body: '본문 314159' }]);
  });
});
