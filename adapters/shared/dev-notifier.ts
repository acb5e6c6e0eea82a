import { insertDevNotice } from '../../db/dev-notices.ts';
import type { Notifier, Ports } from '../../functions/ports.ts';
import { createNewId } from '../../functions/new-id.ts';
import { toInstant } from '../../functions/instant.ts';
import type { NoticeId } from '../../schema/ids.ts';

/** Sends nothing: what would be sent is kept in the database, where whoever develops the product reads it. */
export function createDevNotifier({ db, clock }: Pick<Ports, 'db' | 'clock'>): Notifier {
  const newId = createNewId(clock.now);
  return {
    async send({ channel, address, subject, body }) {
      await insertDevNotice(db, {
        id: newId<NoticeId>(),
        channel,
        address,
        subject,
        body,
        sentAt: toInstant(clock.now()),
      });
    },
  };
}
