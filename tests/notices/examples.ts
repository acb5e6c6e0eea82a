import { devNotices } from '../../schema/outbox.ts';
import type { NoticeId } from '../../schema/ids.ts';
import { createNewId } from '../../functions/new-id.ts';
import { database } from '../support/db/run-database.ts';
import { manyTimes } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';

const newId = createNewId(Date.now);

export const examples: Examples = {
  'GET /v1/admin/notices': async () => ({ path: '/v1/admin/notices', may: ['admin'], lengthen: () => manyTimes(keep) }),
};

/** As a notifier of development does. */
async function keep(): Promise<void> {
  const text = { channel: 'sms', address: '+821012345678', subject: 'subject', body: 'body' } as const;
  await database()
    .insert(devNotices)
    .values({ id: newId<NoticeId>(), ...text, sentAt: new Date().toISOString() });
}
