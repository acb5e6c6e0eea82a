import { findContacts } from '../../db/contacts.ts';
import type { OutboxRow } from '../../db/outbox.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { EventName } from '../events/catalogue.ts';
import { NoticeRefused } from '../notices/notice.ts';
import type { Notice, NoticeChannel } from '../notices/notice.ts';
import { signedMail } from '../notices/signed-mail.ts';
import { eventText } from '../notices/texts/events.ts';
import type { Ports } from '../ports.ts';

type NoticePorts = Pick<Ports, 'db' | 'notifier' | 'settings' | 'log'>;
type Contacts = Awaited<ReturnType<typeof findContacts>>;

/** How many notices are under way at once. */
const atOnce = 5;

/** Whether a row is for a mailbox or a telephone. */
export const isNotice = ({ channel }: OutboxRow): boolean => channel === 'email' || channel === 'sms';

/**
 * Writes to accounts of what happened. Each row is given to `forget` as soon as a provider has taken it, not when all have been: a process that
 * dies between the two writes one notice again, under the same id, and no others. Gives the rows that are done.
 */
export async function writeNotices(
  ports: NoticePorts,
  rows: readonly OutboxRow[],
  forget: (row: OutboxRow) => Promise<void>,
): Promise<OutboxRow[]> {
  let contacts: Contacts;
  try {
    contacts = await findContacts(ports.db, [...new Set(rows.map(({ target }) => target as AccountId))]);
  } catch (error) {
    ports.log.warn({ err: error, notices: rows.length }, 'whom to write to could not be read yet');
    return [];
  }
  const done: OutboxRow[] = [];
  const left = [...rows];
  const writeOn = async () => {
    for (let row = left.shift(); row !== undefined; row = left.shift()) {
      if (!(await isWritten(ports, row, contacts))) continue;
      done.push(row);
      await forget(row);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, rows.length) }, writeOn));
  return done;
}

/** Sends what nobody keeps, one after another. It is not tried again: whoever waits for it asks for another. */
export async function sendOnce(
  { notifier, settings, log }: Omit<NoticePorts, 'db'>,
  notices: readonly Notice[],
): Promise<void> {
  for (const notice of notices) {
    try {
      await notifier.send(signedMail(notice, settings.publicOrigin));
    } catch (error) {
      log.warn({ err: error, channel: notice.channel }, 'a code could not be sent');
    }
  }
}

/** Whether nothing is left to do of a row: it was sent or refused, or there is nobody any more who could be written to. */
async function isWritten({ notifier, settings, log }: NoticePorts, row: OutboxRow, contacts: Contacts) {
  const { eventId: id, target, event } = row;
  const [channel, name] = [row.channel as NoticeChannel, event['event'] as EventName];
  const contact = contacts.get(target as AccountId);
  const address = row.address ?? (channel === 'email' ? contact?.email : contact?.phone) ?? null;
  if (contact === undefined || address === null) return true;
  const values = { channel, event: name, accountId: target };
  try {
    const { language, decisionReason } = contact;
    const text = eventText(name, { channel, language, decisionReason, publicOrigin: settings.publicOrigin });
    await notifier.send(signedMail({ id, channel, address, ...text }, settings.publicOrigin));
    return true;
  } catch (error) {
    const isRefused = error instanceof NoticeRefused;
    log.warn({ err: error, ...values }, isRefused ? 'a notice was refused' : 'a notice could not be sent yet');
    return isRefused;
  }
}
