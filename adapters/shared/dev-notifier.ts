import { insertDevNotice } from '../../db/dev-notices.ts';
import type { Notifier, Ports } from '../../functions/ports.ts';
import { createNewId } from '../../functions/new-id.ts';
import { toInstant } from '../../functions/instant.ts';
import type { NoticeId } from '../../schema/ids.ts';

/**
 * Sends nothing: what would be sent is kept in the database, where whoever develops the product reads it (`GET /v1/admin/notices`), and, in
 * development, shown in the log as it comes. Never in production, where both would tell of people.
 */
export function createDevNotifier({
  db,
  clock,
  log,
  settings,
}: Pick<Ports, 'db' | 'clock' | 'log' | 'settings'>): Notifier {
  const newId = createNewId(() => clock.now());
  if (settings.environment === 'production') throw new Error('what is sent to people is not kept in production');
  return {
    async send({ channel, address, subject, body }) {
      const sentAt = toInstant(clock.now());
      await insertDevNotice(db, { id: newId<NoticeId>(), channel, address, subject, body, sentAt });
      if (settings.environment === 'development')
        log.info({ channel, to: address, subject, body }, 'not sent, but kept');
    },
  };
}
